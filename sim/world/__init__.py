"""Who is there, where, in what ties, with which schedules."""
