"""Where configuration and evidence lie (in the checkout, or inside the installed package), and reading them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from .errors import InputError, told
from .numbers import NUMBER, WHOLE, number_in

_PACKAGE = Path(__file__).resolve().parent


def _data_folder(name: str) -> Path:
    """Return the folder `name` beside the package (checkout) or inside it (wheel)."""
    beside = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir():
        return beside
    return _PACKAGE / name


CONF = _data_folder("conf")
SEEDS = _data_folder("seeds")
EXPERIMENTS = _data_folder("experiments")
PACKAGE = _PACKAGE


MOST_BYTES, MOST_YAML_BYTES = 256_000_000, 1_000_000
"""Bytes of a table, and of a YAML file, which is read far more slowly."""
MOST_NODES = 1_000_000
"""Values that a YAML file may hold once its aliases are written out."""


_BOOLEAN, _NULL = r"true|True|TRUE|false|False|FALSE", r"~|null|Null|NULL|"
_DOUBTFUL = (
    r"(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)|=|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[-+]?0[0-9_]+(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?0[xXbBoO][0-9a-fA-F_]+"  # 010, 007.5, 0x10, 0b11, 0o7
    r"|[-+]?(?=[0-9._]*_)\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"  # 1_000
    r"|[-+]\.[0-9]+|[-+]?\.[0-9]+[eE][-+]?[0-9]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # -.5, .5e3, 1:30
)
"""What one reader of YAML takes for a number or a truth value, and another for text or for another number."""


class _PlainLoader(yaml.SafeLoader):
    """YAML as data: a key stands once, aliases come to an end, and a value has one meaning.

    Numbers are those of `sim.numbers`; true and false are written so; a date is text. What readers of YAML disagree about
    is refused unless it stands in quotes.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012, of this class and not of its parent

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """A number, written as `sim.numbers` has it; also where a tag says that it is one."""
        whole = node.tag.endswith(":int")
        found = number_in(str(node.value))
        if found is None or (whole and not WHOLE.fullmatch(node.value)):
            raise ConstructorError(None, None, f"found {told(node.value)}, which is no finite number", node.start_mark)
        return int(node.value) if whole else found

    def construct_boolean(self, node: yaml.ScalarNode) -> bool:
        """True or false."""
        if not re.fullmatch(_BOOLEAN, node.value):
            raise ConstructorError(None, None, f"found {told(node.value)}, which is neither true nor false", node.start_mark)
        return bool(node.value.lower() == "true")

    def construct_doubtful(self, node: yaml.ScalarNode) -> Any:
        """Refused: it has more than one meaning."""
        said = f"found {told(node.value)}, which YAML does not read in one way; write decimal digits (0.5, 10), true or false,"
        raise ConstructorError(None, None, f"{said} or put text in quotes", node.start_mark)

    def get_single_node(self) -> yaml.Node | None:
        """The document; refused if its aliases would grow beyond measure."""
        node: yaml.Node | None = super().get_single_node()
        if node is not None:
            _written_out(node, {})
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping; refused if a key stands twice, of which one would be lost."""
        keys = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if (key.tag, key.value) in keys:
                    raise ConstructorError("while reading a mapping", node.start_mark, "found a key twice", key.start_mark)
                keys.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


for _kind, _pattern, _first in (
    ("bool", _BOOLEAN, "tTfF"), ("null", _NULL, ["~", "n", "N", ""]), ("merge", "<<", "<"),
    ("int", WHOLE.pattern, "-+0123456789"),
    ("float", rf"(?![-+]\.|\.[0-9]+[eE]){NUMBER.pattern}", "-+.0123456789"), ("doubtful", _DOUBTFUL, None),
):  # fmt: skip
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_pattern})\Z"), _first and list(_first))
for _tag, _made in (
    ("int", _PlainLoader.construct_number), ("float", _PlainLoader.construct_number), ("bool", _PlainLoader.construct_boolean),
    ("doubtful", _PlainLoader.construct_doubtful), ("timestamp", _PlainLoader.construct_yaml_str),
):  # fmt: skip
    _PlainLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _made)


def _written_out(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Number of values below a node with aliases written out; `sizes` holds what is known, 0 for what is being counted."""
    if id(node) in sizes:
        if not sizes[id(node)]:
            raise ConstructorError(None, None, "found a value that contains itself", node.start_mark)
        return sizes[id(node)]
    sizes[id(node)] = 0
    inner = node.value if isinstance(node, yaml.CollectionNode) else ()
    count = 1 + sum(_written_out(part, sizes) for entry in inner for part in (entry if isinstance(entry, tuple) else (entry,)))
    if count > MOST_NODES:
        raise ConstructorError(None, None, f"found aliases that make more than {MOST_NODES} values", node.start_mark)
    sizes[id(node)] = count
    return count


def parsed_yaml(text: str, where: str) -> Any:
    """Data out of YAML; `where` names the file.

    Raises
    ------
    InputError
        Not YAML, a key that stands twice, a tag that is not data, a value that cannot be, nesting or aliases without end.
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        raise InputError(where, "", f"is not valid YAML: {error}", "well-formed YAML") from error
    except RecursionError:
        raise InputError(where, "", "is nested too deeply to be read", "YAML of a few levels") from None
    except (ValueError, ArithmeticError, LookupError, AttributeError) as error:  # !!binary x
        raise InputError(where, "", "holds a tagged value that is none", "numbers, text, lists and mappings") from error


def read_text(path: Path, kind: str, most: int = MOST_BYTES) -> str:
    """The text of a file in UTF-8; `kind` says what it should be.

    Raises
    ------
    InputError
        It cannot be read, holds more than so many bytes, or is not text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:  # some files, as /dev/zero, have no end
            raise InputError(str(path), "", f"holds more than {most // 1_000_000} MB", f"a smaller {kind}")
        return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig").read()
    except UnicodeDecodeError as error:
        raise InputError(str(path), "", f"is not text in UTF-8 (byte {error.start})", f"a {kind} in UTF-8") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        said = getattr(error, "strerror", None) or error
        raise InputError(str(path), "", f"cannot be read ({said})", f"a readable {kind}") from error


def as_name(text: str) -> str:
    """The text itself, where it is a name: of a scenario, a wedge, a thesis, and so of what is written for it.

    Raises
    ------
    ValueError
        Says what a name is.

    Examples
    --------
    >>> as_name("talks 2018")
    'talks 2018'
    """
    if not text.strip() or not text.isprintable() or text.startswith(".") or "/" in text or "\\" in text:
        raise ValueError("a name of letters that can be printed, without / and \\ and without a dot in front")
    return text


def file_name(text: str, most: int = 120) -> str:
    """A text as the name of a file or folder: letters, figures and ``+@:.*-`` as they are, all else as ``_``.

    A name of more bytes than `most` (a file system takes 255) is cut, and ends in a digest of the whole, so that two long
    names that begin alike stay two.

    Examples
    --------
    >>> file_name("offer+dialogue@2019-09:3*0.5"), file_name("../talks 2018"), len(file_name("long" * 100))
    ('offer+dialogue@2019-09:3*0.5', '_talks_2018', 120)
    """
    name = re.sub(r"[^\w+@:.*-]", "_", text).lstrip(".") or "_"
    content = name.encode()
    if len(content) <= most:
        return name
    return f"{content[: most - 9].decode(errors='ignore')}-{hashlib.sha256(content).hexdigest()[:8]}"


def file_to_write(text: str, option: str) -> Path:
    """Where a file is to be written, said before anything is worked out for it.

    Raises
    ------
    InputError
        There is no such folder, or a folder of that name.
    """
    path = Path(text)
    if not path.absolute().parent.is_dir():
        raise InputError(option, text, "its folder does not exist", "a path in an existing folder")
    if path.is_dir():
        raise InputError(option, text, "is a folder", "a file in an existing folder")
    return path


def read_yaml(path: Path, most: int = MOST_YAML_BYTES) -> Any:
    """Parse a YAML file; a clear error if it is missing, malformed or larger than so many bytes."""
    return parsed_yaml(read_text(path, "YAML file", most), str(path))
