"""Mappings that somebody writes, checked without mercy: no unknown key, no value that is turned into another kind."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
"""Of every model of a file: an unknown key is an error; true, "0.5" and 3.0 are no numbers where 1, 0.5 and 3 are meant."""
FROM_LIST: Any = Field(strict=False)
"""Of a tuple: files have lists. What stands in it is held as strictly as everything else."""

ALLOWED = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number, without a point",
    "bool_type": "true or false",
    "string_type": "text, in quotes where it looks like a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
}
"""Kind of a fault as pydantic names it -> what is allowed, in the words of files."""


def allowed_by(fault: Any) -> str:
    """What would be accepted where pydantic found a fault."""
    message = str(fault["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return ALLOWED.get(fault["type"], message)
