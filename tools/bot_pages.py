"""Keeps the pages of the bots (docs/bots) true: their tables of settings, and pictures of each at work on real candles.

    python tools/bot_pages.py                 write the tables anew from the classes themselves
    python tools/bot_pages.py --check         only say which are not what the classes say
    python tools/bot_pages.py --pictures FILE run each bot with its defaults on FILE's candles and draw what it did

All bots are drawn on the same stretch of the same candles, so that nobody chose a flattering one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from botswain import backtest
from botswain.core.strategy import ON, Param, Strategy
from botswain.history.files import read_candles
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.strategies.catalog import PLACES, strategy_class

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- settings: written by tools/bot_pages.py -->", "<!-- end of settings -->"
# March to April 2024 in hours: a rise, a fall and much to and fro.
FIRST, COUNT = 1_600, 800
# A bound that is there so that there is one.
ANY = 100_000
WIDTH, TOP, HEIGHT, GAP, LOWER = 860, 34, 236, 18, 70
INK = """
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .name { font-weight: 600; fill: #24292f }
  .price { fill: none; stroke: #6e7781; stroke-width: 1.2 }
  .worth { fill: none; stroke: #0969da; stroke-width: 1.4 }
  .even { stroke: #afb8c1; stroke-dasharray: 3 3 }
  .buy { fill: #1a7f37 } .sell { fill: #cf222e }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 } .name { fill: #f0f6fc } .price { stroke: #9198a1 } .worth { stroke: #58a6ff }
    .even { stroke: #3d444d } .buy { fill: #3fb950 } .sell { fill: #f85149 }
  }
"""


def main(asked: list[str]) -> int:
    """Do what was asked; 1 where a page is not as it should be."""
    match asked:
        case []:
            stale = [name for name, page, right in pages() if page.read_text("utf-8") != right]
            for _name, page, right in pages():
                page.write_text(right, "utf-8")
            print(f"written: {', '.join(stale) or 'nothing, all were right'}")
        case ["--check"]:
            wrong = [name for name, page, right in pages() if page.read_text("utf-8") != right]
            if wrong:
                print(f"docs/bots: {', '.join(wrong)}: the settings are others; run python tools/bot_pages.py")
                return 1
        case ["--pictures", file]:
            pictures(Path(file))
        case _:
            print(__doc__)
            return 2
    return 0


def pages() -> Iterator[tuple[str, Path, str]]:
    """Each bot's page, and what it should be. Raises SystemExit for one that has no place for its settings."""
    for name in PLACES:
        page = DOCS / "bots" / f"{name}.md"
        text = page.read_text("utf-8")
        before, begin, rest = text.partition(BEGIN)
        _old, end, after = rest.partition(END)
        if not begin or not end:
            raise SystemExit(f"{page.name}: no place between '{BEGIN}' and '{END}'")
        yield name, page, f"{before}{BEGIN}\n{table(strategy_class(name))}{END}{after}"


def table(cls: type[Strategy]) -> str:
    """All settings of a bot, under their headings."""
    every, lines = cls.parameters(), []
    if cls.fractions:
        lines += ["", "Parts are written as fractions: 0.015 is 1.5 %. The application has them in percent."]
    headed = {name for names in cls.sections.values() for name in names}
    plain = [name for name in every if name not in headed]
    for heading, names in (("", plain), *cls.sections.items()):
        if names:
            lines += ["", f"### {heading}", ""] if heading else [""]
            lines += ["| setting | default | from | to | meaning |"]
            lines += ["|---|---|---|---|---|", *(row(cls, every[name]) for name in names)]
    return "\n".join(lines) + "\n\n"


def row(cls: type[Strategy], param: Param) -> str:
    """One setting."""
    low, high = ("" if one is None or abs(one) >= ANY else f"{one:,.10g}" for one in (param.low, param.high))
    words = f"{param.help}: {', '.join(param.choices)}" if param.choices else param.help
    default = ("no", "yes")[param.default] if isinstance(param.default, bool) else param.default
    default = f"{default:g}" if isinstance(default, float) else default
    only = "; ".join(
        f"{name} {' or '.join(values) if values != ON else 'not 0'}"
        for name, values in cls.conditions_of(param.name).items()
    )
    return f"| `{param.name}` | {default} | {low} | {high} | {words}{f' (with {only})' if only else ''} |"


def pictures(file: Path) -> None:
    """Draw each bot on a stretch of the file's candles."""
    every = read_candles(file)
    seen = every.slice(FIRST, FIRST + COUNT)
    (DOCS / "images" / "bots").mkdir(parents=True, exist_ok=True)
    where = file.parent.name.replace("-", "/")
    for name in PLACES:
        result = backtest(name, seen)
        (DOCS / "images" / "bots" / f"{name}.svg").write_text(picture(name, where, seen, result), "utf-8")
        print(f"{name}: {len(result.fills)} fills, {result.final_equity:.2f}")


def picture(name: str, where: str, candles: Candles, result: Result) -> str:
    """The closes with what was bought and sold on them, and below what it all was worth."""
    closes = [float(one) for one in candles.close]
    worth = [float(value) for _, value in result.equity]
    first_ms, span = int(candles.ts[0]), int(candles.ts[-1] - candles.ts[0])
    low, high = float(min(candles.low)), float(max(candles.high))
    least, most = min(*worth, 9_990.0), max(*worth, 10_010.0)

    def across(time_ms: float) -> float:
        return (time_ms - first_ms) / span * WIDTH

    def up(price: float) -> float:
        return TOP + (high - price) / (high - low) * HEIGHT

    def below(value: float) -> float:
        return TOP + HEIGHT + GAP + (most - value) / (most - least) * LOWER

    marks = [
        f'<path class="{one.side}" d="{mark(across(one.time_ms), up(float(one.price)), one.side)}"/>'
        for one in result.fills
    ]
    gain = (worth[-1] / 10_000 - 1) * 100
    said = (
        f"{where}, {len(closes)} candles of {candles.timeframe or '1h'}, {len(result.fills)} fills, "
        f"fees in: {gain:+.1f} % (holding: {(closes[-1] / closes[0] - 1) * 100:+.1f} %)"
    )
    price = " ".join(f"{across(at):.1f},{up(one):.1f}" for at, one in zip(candles.ts.tolist(), closes, strict=True))
    curve = " ".join(f"{across(at):.1f},{below(float(value)):.1f}" for at, value in result.equity)
    whole = TOP + HEIGHT + GAP + LOWER + 8
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}" role="img" aria-label="{said}">',
            f"<style>{INK}</style>",
            f'<text class="name" x="0" y="14">{name}</text><text x="{WIDTH}" y="14" text-anchor="end">{said}</text>',
            f'<polyline class="price" points="{price}"/>',
            *marks,
            f'<line class="even" x1="0" x2="{WIDTH}" y1="{below(10_000):.1f}" y2="{below(10_000):.1f}"/>',
            f'<polyline class="worth" points="{curve}"/>',
            "</svg>\n",
        ]
    )


def mark(x: float, y: float, side: str) -> str:
    """A triangle that points up below a purchase, down above a sale."""
    way = 1 if side == "buy" else -1
    return f"M{x:.1f} {y + 2 * way:.1f}l-3.5 {7 * way}h7z"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
