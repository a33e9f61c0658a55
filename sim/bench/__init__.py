"""`alliances bench`: speed on this machine, as rates and ratios measured in one run."""
