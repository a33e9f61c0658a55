"""Two drivers of the one rule book: a compiled ensemble and a Mesa model."""
