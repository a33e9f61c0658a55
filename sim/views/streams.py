"""Standard output and error that never end the work: what a stream cannot take is lost, and the results are kept.

A pipe that nobody reads any more (`| head -1`) is quiet. A device that is full is said once on the other stream, with the
folders that were written. A character that an encoding lacks is replaced by what reads the same.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

PLAIN = "alliances-plain"
READS_AS = {
    "–": "-", "—": "-", "−": "-", "±": "+/-", "×": "x", "…": "...", "→": "->", "“": '"', "”": '"', "‘": "'", "’": "'",
    "Δ": "change ", "χ": "chi", "∞": "inf", "†": "*", "¶": "par. ", "≥": ">=", "≤": "<=", "─": "-", "━": "-", "•": "*",
}  # fmt: skip
"""Characters beyond ASCII that this package prints, as they read within it: a lost minus would be another number."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Replace what an encoding lacks: by the table, else by the letter without its accent, else by a question mark."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    letters = (unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode() for c in lacking)
    return "".join(READS_AS.get(c) or letter or "?" for c, letter in zip(lacking, letters, strict=True)), error.end


codecs.register_error(PLAIN, _plain)


def legible_in(encoding: str, text: str) -> str:
    """Text as it can be written in an encoding.

    Examples
    --------
    >>> legible_in("ascii", "−0.5 ± 0.1 (é)")
    '-0.5 +/- 0.1 (e)'
    """
    return text.encode(encoding, PLAIN).decode(encoding)


class Guarded:
    """A text stream whose writes never fail.

    Attributes
    ----------
    lost : OSError or None
        Why the stream took no more, once it did not.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream, self.lost = stream, None if stream is not None else OSError(errno.EBADF, os.strerror(errno.EBADF))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write as far as the stream takes it; the number of characters, as if all had been."""
        encoding = getattr(self._stream, "encoding", None)
        self._try("write", legible_in(encoding, text) if encoding else text)
        return len(text)

    def flush(self) -> None:
        """Hand on what is held back."""
        self._try("flush")

    def isatty(self) -> bool:
        """Whether somebody looks at it."""
        return self._stream is not None and self._stream.isatty()

    def _try(self, method: str, *arguments: str) -> None:
        if self.lost is not None or self._stream is None:
            return
        try:
            getattr(self._stream, method)(*arguments)
        except (OSError, ValueError) as error:  # ValueError: it is closed
            self.lost = error if isinstance(error, OSError) else OSError(errno.EBADF, str(error))
            with contextlib.suppress(OSError, ValueError, AttributeError):  # a stream in memory has no descriptor
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())  # or Python's own last flush would fail and say so
                os.close(nowhere)

    @property
    def failed(self) -> bool:
        """Whether words were lost that somebody waits for: a pipe that its reader has closed does not count."""
        return self.lost is not None and not isinstance(self.lost, BrokenPipeError)


_places: list[str] = []


def written_to(place: str | Path) -> None:
    """Note where results are, for the case that standard output cannot say it."""
    _places.append(str(place))


@contextlib.contextmanager
def guarded() -> Iterator[Guarded]:
    """Standard output and error, guarded; at the end what was lost is said on standard error."""
    before = sys.stdout, sys.stderr
    out, err = Guarded(before[0]), Guarded(before[1])
    sys.stdout, sys.stderr = out, err
    _places.clear()
    try:
        yield out
    finally:
        out.flush()
        if out.failed:
            where = f"; results: {', '.join(_places)}" if _places else ""
            err.write(f"alliances: standard output could not be written ({out.lost.strerror if out.lost else ''}){where}\n")
        err.flush()
        sys.stdout, sys.stderr = before
