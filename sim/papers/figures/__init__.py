"""What each figure runs: functions from a figure and a number of replicates to its table."""
