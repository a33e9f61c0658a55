"""A figure as an SVG element inside a page: small, with a text alternative, its names apart from those of other figures."""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from .figures import STYLE


def inline_svg(figure: Figure, name: str, alt: str) -> Markup:
    """A figure as an SVG element.

    Parameters
    ----------
    name : str
        Of the figure in the page: what its ids and classes begin with.
    alt : str
        What it shows, in words.
    """
    sink = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.S)
    text = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), text)
    text = _with_classes(_with_short_ids(text, name), name)
    text = re.sub(r'<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"|<svg ([^>]*?)width="[^"]*" ([^>]*?)height="[^"]*"',
                  lambda m: "<svg " + "".join(part or "" for part in m.groups()), text, count=1)  # fmt: skip
    text = re.sub(r"\n\s*", "\n", text)
    said = str(escape(alt))
    return Markup(text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1).replace(">", f"><title>{said}</title>", 1))


def _with_short_ids(text: str, name: str) -> str:
    """Ids that are referred to get short names of their own; the others go."""
    wanted = dict.fromkeys(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
    short = {old: f"{name}{n}" for n, old in enumerate(wanted)}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{short[m.group(1)]}"' if m.group(1) in short else "", text)
    return re.sub(r'(url\(|href=")#([^)"]+)', lambda m: f"{m.group(1)}#{short[m.group(2)]}", text)


def _with_classes(text: str, name: str) -> str:
    """Each style that stands there more than once becomes a class."""
    found = re.findall(r' style="([^"]+)"', text)
    classes = {style: f"{name}-{n}" for n, style in enumerate(dict.fromkeys(s for s in found if found.count(s) > 1))}
    text = re.sub(r' style="([^"]+)"', lambda m: f' class="{classes[m.group(1)]}"' if m.group(1) in classes else m.group(0), text)
    sheet = "".join(f".{cls}{{{style}}}" for style, cls in classes.items())
    return re.sub(r"(<svg [^>]*>)", lambda m: f"{m.group(1)}<style>{sheet}</style>", text, count=1)
