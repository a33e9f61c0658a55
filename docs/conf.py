"""The site: Markdown of this folder and docstrings of `sim`, built without a network (`make docs`)."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # document this tree, whatever is installed

_ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
project, author, release = _ABOUT["name"], _ABOUT["authors"][0]["name"], _ABOUT["version"]
project_copyright = f"{author}. MIT licence; data under seeds/data: UCDP, CC BY 4.0"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
highlight_language = "text"

myst_heading_anchors = 3
napoleon_google_docstring = False
napoleon_numpy_docstring = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say what is meant
default_role = "code"  # in docstrings
autodoc_inherit_docstrings = False

html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"footer_icons": []}


class VerbReference(Directive):
    """A section a verb, with the help that the command itself prints."""

    def run(self) -> list[nodes.Node]:
        """Sections of groups, and in them of verbs, from their declarations."""
        from sim.cli import read_line
        from sim.verbs import GROUPS

        made: list[nodes.Node] = []
        for title, verbs in GROUPS.items():
            group = nodes.section("", nodes.title(title, title), ids=[nodes.make_id(title)])
            for verb in verbs:
                said = str(read_line([*verb.name.split(), "--help"])).rstrip()
                shown = nodes.literal_block(said, said, language="text")
                group += nodes.section("", nodes.title(verb.name, verb.name), shown, ids=[nodes.make_id(verb.name)])
            made.append(group)
        return made


class InUse(Directive):
    """A table of what is known of the calibration in use: targets, constraints, informed or theses."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read it from the configuration when the site is built."""
        from sim.views.in_use import documented

        heads, rows = documented(self.arguments[0])
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in heads), cols=len(heads))
        for part, lines in ((nodes.thead(), [heads]), (nodes.tbody(), rows)):
            for cells in lines:
                part += nodes.row("", *(nodes.entry("", nodes.paragraph(text=cell)) for cell in cells))
            group += part
        return [nodes.table("", group)]


def list_attributes(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Set the attributes of a class as definitions: `a, b : int` is one entry there, and two are meant."""
    for n in range(len(lines) - 1):
        if lines[n] == "Attributes" and set(lines[n + 1]) == {"-"}:
            lines[n : n + 2] = [".. rubric:: Attributes", ""]


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives `verb-reference` and `in-use`; list attributes as definitions."""
    app.add_directive("verb-reference", VerbReference)
    app.add_directive("in-use", InUse)
    app.connect("autodoc-process-docstring", list_attributes, priority=400)  # before napoleon reads the sections
    return {"parallel_read_safe": True}
