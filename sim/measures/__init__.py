"""What is said of a run: one catalogue, in which each measure is declared once."""
