"""The papers' figures: each a question, runs, a small table, a drawing, and a trail back to the claims."""
