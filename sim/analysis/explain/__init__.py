"""Why an alliance ended, or held: one run term by term, many runs as stories, and what the dated shocks did to it."""
