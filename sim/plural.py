"""Counted nouns: one thesis, two theses."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """A number and what it counts, in the singular for 1.

    Parameters
    ----------
    count : int
    one, many : str
        The noun, with what belongs to it; by default the plural is the singular with an s.

    Examples
    --------
    >>> plural(1, "run"), plural(0, "run"), plural(2, "thesis", "theses")
    ('1 run', '0 runs', '2 theses')
    """
    return f"{count} {one if count == 1 else many or f'{one}s'}"
