"""Settings of a verb, as they stand on its line: key=value and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import InputError, unknown


def read_settings_line(verb: str, arguments: Sequence[str], defaults: Mapping[str, str], also: str = "") -> dict[str, str]:
    """Arguments key=value over their defaults.

    Parameters
    ----------
    verb : str
        As it is told in an error.
    arguments : sequence of str
    defaults : mapping
        Every key that is allowed, and its value where the line has none.
    also : str
        What else the verb takes, for the error.

    Raises
    ------
    InputError
        A word that is no key=value, or an unknown key, with the nearest.
    """
    given = dict(defaults)
    for text in arguments:
        key, found, value = text.partition("=")
        if not found:
            raise InputError(verb, text, "is not key=value", ", ".join(defaults) + also)
        if key not in defaults:
            raise unknown(verb, "", key, defaults)
        given[key] = value
    return given
