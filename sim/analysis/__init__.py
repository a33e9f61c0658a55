"""What outcomes say, with their uncertainty."""
