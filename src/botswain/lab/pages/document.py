"""A page as one file: the look, the pictures' data, plotly.js and the script that draws, all inside.

The page asks nothing of any network, and a policy in its head holds the browser to that: no script runs but these two,
which it knows by their hashes. What people typed is text everywhere: escaped in HTML, and in the data so that no tag
can end it.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from botswain.lab.pages.drawn import Plot
from botswain.model.errors import BadInput

ASSETS = Path(__file__).parent / "assets"
SCRIPT = Path("package_data") / "plotly.min.js"
# In JSON each of these may be written so, and then no tag or comment can begin or end in it.
TAGS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
LOGO = (
    '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" '
    'fill="var(--accent)"/><path fill="var(--on-accent)" d="M8.5 6h2.6v20H8.5zM13 7l9.5 4.2L13 15.4z"/>'
    '<path fill="var(--on-accent)" fill-opacity=".62" d="M13 16.6l12 4.7L13 26z"/></svg>'
)


def text(value: object) -> str:
    """Anything as text of a page."""
    return html.escape(str(value), quote=True)


def card(plot: Plot) -> str:
    """The card of a picture; the script draws into it when it comes into view."""
    wide = " wide" if plot.wide else ""
    note = f'<p class="note">{text(plot.note)}</p>' if plot.note else ""
    log = f'<button type="button" class="small" data-log="{text(plot.name)}">log</button>' if plot.log else ""
    return (
        f'<figure class="card plot{wide}"><figcaption><h3>{text(plot.title)}</h3>{log}</figcaption>{note}'
        f'<div class="canvas" id="{text(plot.name)}" style="height:{plot.height}px"></div></figure>'
    )


def cards(plots: Iterable[Plot]) -> list[str]:
    """Several of them."""
    return [card(one) for one in plots]


def grid(parts: Sequence[str]) -> str:
    """Cards beside each other where there is room, two in a row; one that has nobody beside it takes the whole row."""
    rows: list[str] = []
    alone = False
    for part in filter(None, parts):
        wide = " wide" in part.partition(">")[0]
        if alone and wide:
            rows[-1] = widened(rows[-1])
        alone = not wide and not alone
        rows.append(part)
    if alone:
        rows[-1] = widened(rows[-1])
    return f'<div class="grid">{"".join(rows)}</div>' if rows else ""


def widened(part: str) -> str:
    """A card that takes the whole row."""
    return part.replace('class="card', 'class="card wide', 1)


def section(name: str, title: str, body: str) -> str:
    """A part of the page that its head leads to; nothing where it is empty."""
    return f'<section id="{text(name)}"><h2>{text(title)}</h2>{body}</section>' if body else ""


def document(title: str, body: str, plots: Sequence[Plot], places: Sequence[tuple[str, str]]) -> str:
    """The whole file.

    title   its name, as text
    body    HTML, in which everything from people is escaped
    plots   what is drawn into their cards
    places  (name, title) of the sections
    """
    drawn, library = asset("page.js"), plotly()
    links = "".join(f'<a href="#{text(name)}">{text(words)}</a>' for name, words in places if f'id="{name}"' in body)
    scripts = f"{hashed(drawn)} {hashed(library)}"
    policy = f"default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {scripts}"
    return "".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">',
            f"<title>{text(title)}</title><style>{asset('page.css')}</style></head><body>",
            f'<header class="bar"><span class="brand">{LOGO}<b>Botswain</b></span><nav>{links}</nav>',
            '<button type="button" class="small" id="theme">theme</button></header>',
            f"<main>{body}</main>",
            f'<script type="application/json" id="plots">{data_of(plots)}</script>',
            f"<script>{library}</script><script>{drawn}</script></body></html>\n",
        )
    )


def data_of(plots: Sequence[Plot]) -> str:
    """The pictures' data as JSON in which no tag can begin or end."""
    found = msgspec.json.encode([asdict(one) for one in plots]).decode()
    for sign, escaped in TAGS.items():
        found = found.replace(sign, escaped)
    return found


def hashed(script: str) -> str:
    """A script by its hash, as the policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def asset(name: str) -> str:
    """A file of the page's own."""
    return (ASSETS / name).read_text("utf-8")


@cache
def plotly() -> str:
    """plotly.js as the installed package has it. Raises BadInput where it is not there."""
    found = find_spec("plotly")
    path = Path(found.origin).parent / SCRIPT if found is not None and found.origin else None
    if path is None or not path.is_file():
        raise BadInput("the package plotly is not installed, or without plotly.min.js; install it: pip install plotly")
    # An end tag in a string of the script would end the script.
    return path.read_text("utf-8").replace("</script", "<\\/script")
