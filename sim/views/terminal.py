"""What every verb prints with: a console, a first line, progress, tables that lose nothing, the line that names a folder.

A table that is wider than the terminal is folded: words go into further lines, then columns into further tables below. Numbers
are never cut. Where nobody looks, in a pipe or a file, there is no width.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ..plural import plural
from ..rules.cache import is_warm
from ..world.world import World
from .streams import legible_in, written_to

NO_WIDTH = 1_000_000
"""Columns of what is no terminal."""
GAP = 2
MOST_ROWS = 24
"""Rows of which all columns are said before the next rows, where the columns take several tables."""
LEAST_LABEL, LONG_WORD = 12, 28
"""Columns that words are folded to at least, and the longest word that is not broken."""
PLAIN_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)

LOG_EVERY = 15.0
"""Seconds between two lines of a log without a terminal."""

Cell = str | Text


def new_console() -> Console:
    """A console on standard output; without a width where that is no terminal."""
    made = Console(emoji=False)
    if not made.is_terminal:
        made.width = NO_WIDTH
    return made


def dim(text: str) -> Text:
    """Text that stands back: no clear effect."""
    return Text(text, style="dim")


def if_clear(text: str, clear: bool) -> Text:
    """Text that stands back unless it is clear."""
    return Text(text) if clear else dim(text)


def name_folder(console: Console, what: str, folder: str | Path) -> None:
    """Say where results are, in a line that can be copied."""
    written_to(folder)
    console.print(Text.assemble(f"{what}: ", (str(folder), "bold")), soft_wrap=True, highlight=False)


def announce(console: Console) -> None:
    """Say that the rule book is being compiled, when it is."""
    if not is_warm():
        console.print("Compiling the rule book for this machine (once, about a minute) …", style="dim")


def heading(world: World, rest: str) -> Text:
    """First line of a verb that runs a scenario: its title, when it starts, how long it is, and the rest."""
    calendar = world.calendar
    return Text.assemble((world.title, "bold"), f": {calendar.start}, {plural(calendar.months, 'month')}; {rest}")


def progress_bar(console: Console, *fields: str) -> Progress:
    """A bar that goes away when it is done: what is at work, how much is done, further fields, time left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *map(TextColumn, fields),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def on_screen(console: Console) -> Iterator[Callable[[str, int, int, dict[str, float]], None]]:
    """A bar on a terminal, a line now and then in a log: a function of what is at work, done, of how many, numbers beside it."""
    started = [time.perf_counter()]
    with progress_bar(console, "{task.fields[shown]}") as progress:
        task = progress.add_task("starting", total=None, shown="")
        stage = [""]

        def told(name: str, done: int, most: int, shown: dict[str, float]) -> None:
            words = "  ".join(f"{k} {v:,.0f}" if v == round(v) else f"{k} {v:.3g}" for k, v in shown.items())
            if name != stage[0]:
                progress.reset(task, total=most)
                stage[0] = name
            progress.update(task, description=name, completed=done, total=most, shown=words)
            now = time.perf_counter()
            if not console.is_terminal and (now - started[0] > LOG_EVERY or done == most):
                started[0] = now
                console.print(f"{name}: {done} of {most}  {words}".rstrip(), soft_wrap=True)

        yield told


@dataclass
class Column:
    """A column in the making. words: prose, to the left, which may be folded; numbers are not."""

    name: str
    words: bool
    cells: list[Text] = field(default_factory=list)

    def _parts(self) -> list[str]:
        return [line for cell in (Text(self.name), *self.cells) for line in cell.plain.split("\n")]

    def widest(self) -> int:
        """Columns that it takes unfolded."""
        return max(Text(part).cell_len for part in self._parts())

    def narrowest(self) -> int:
        """Columns that it takes at least: a number whole, of words the longest that is not broken."""
        longest = max((Text(word).cell_len for word in " ".join(self._parts() if self.words else [self.name]).split()), default=0)
        if not self.words:
            return max([longest, *(Text(line).cell_len for cell in self.cells for line in cell.plain.split("\n"))])
        return min(self.widest(), max(LEAST_LABEL, min(longest, LONG_WORD)))


class Grid:
    """A table for the terminal.

    Parameters
    ----------
    title : str
    columns : sequence of str
        Headings; the first `keys` name the rows, hold words and are said again in each table that the columns are folded into.
    words : collection of str
        Which of the others hold words.
    """

    def __init__(self, title: str, columns: Sequence[str], words: Collection[str] = (), keys: int = 1) -> None:
        self.title, self.keys = title, keys
        self.columns = [Column(name, n < keys or name in words) for n, name in enumerate(columns)]

    def add_row(self, *cells: Cell, style: str = "") -> None:
        """Add a row, a cell a column. Text is taken as it stands: no markup."""
        for column, cell in zip(self.columns, cells, strict=True):
            column.cells.append(Text(cell, style=style) if isinstance(cell, str) else cell)

    def _plain(self, encoding: str) -> Grid:
        """The same in the characters of an encoding."""
        out = Grid(legible_in(encoding, self.title), [], keys=self.keys)
        for column in self.columns:
            cells = [Text(legible_in(encoding, cell.plain), style=cell.style) for cell in column.cells]
            out.columns.append(Column(legible_in(encoding, column.name), column.words, cells))
        return out

    def _named(self) -> Grid:
        """The same, with numbers to the rows where their names do not tell them apart."""
        rows = len(self.columns[0].cells)
        names = {tuple(column.cells[row].plain for column in self.columns[: self.keys]) for row in range(rows)}
        if len(names) == rows:
            return self
        out = Grid(self.title, [], keys=self.keys + 1)
        out.columns = [Column("row", True, [Text(str(row)) for row in range(1, rows + 1)]), *self.columns]
        return out

    def _parts(self, width: int) -> list[list[Column]]:
        """Columns of each table; empty if not even one fits beside the names of the rows."""
        keys, rest = self.columns[: self.keys], self.columns[self.keys :]
        room = width - sum(key.narrowest() + GAP for key in keys)
        parts: list[list[Column]] = []
        left = 0
        for column in rest:
            need = column.narrowest()
            if need > room:
                return []
            if not parts or need > left:
                parts.append([*keys])
                left = room
            parts[-1].append(column)
            left -= need + GAP
        return parts or [keys]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """The table, as many tables as it takes, or a list where the terminal is too narrow for any."""
        grid = self._plain(options.encoding) if options.ascii_only else self
        yield Text("")
        if grid.title:
            yield Text(grid.title, style="italic")
        parts, rows = grid._parts(options.max_width), len(grid.columns[0].cells)
        if len(parts) > 1:
            grid = grid._named()
            parts = grid._parts(options.max_width)
        if not parts:
            yield from grid._list()
        block = rows if len(parts) < 2 else MOST_ROWS
        for first in range(0, max(rows, 1), max(block, 1)):
            for n, columns in enumerate(parts):
                if n or first:
                    yield Text("")
                some = [Column(c.name, c.words, c.cells[first : first + block]) for c in columns]
                yield _table(some, options.max_width, PLAIN_HEAD if options.ascii_only else SIMPLE_HEAD)

    def _list(self) -> Iterator[RenderableType]:
        names, rest = self.columns[: self.keys], self.columns[self.keys :]
        for row in range(len(self.columns[0].cells)):
            yield Text(", ".join(column.cells[row].plain for column in names), style="bold", overflow="fold")
            for column in rest:
                yield Text.assemble("  ", column.name.replace("\n", " "), ": ", column.cells[row], overflow="fold")


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Columns of each: as much as it takes if there is room, else the least, and what is left shared among those in need."""
    least, most = [c.narrowest() for c in columns], [c.widest() for c in columns]
    slack = width - sum(least) - GAP * (len(columns) - 1)
    order = sorted(range(len(columns)), key=lambda n: most[n] - least[n])
    for done, n in enumerate(order):
        more = min(most[n] - least[n], max(0, slack) // (len(order) - done))
        least[n] += more
        slack -= more
    return least


def _table(columns: Sequence[Column], width: int, shape: Box) -> Table:
    out = Table(box=shape, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold")
    for column, wide in zip(columns, _widths(columns, width), strict=True):
        out.add_column(Text(column.name), justify="left" if column.words else "right", width=wide, overflow="fold")
    for row in range(len(columns[0].cells)):
        out.add_row(*(column.cells[row] for column in columns))
    return out
