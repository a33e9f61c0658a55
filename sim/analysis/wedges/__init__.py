"""Wedges compared run by run: what a policy moves, under which theory, in which worlds, and at what price."""
