"""The live view of `botswain trade`: each bot's price, position, working orders, fills and why.

It fits itself to the terminal: tables stand side by side where there is room and below each other where not, and each
shows as many rows as the height allows. It never wraps or cuts a number. The lines for a plain terminal and those at
the end are here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from botswain.cli.trade_words import base, clock, halted_line, holding_text, money, note_text, plain
from botswain.core.grounds import Ground
from botswain.engine.fleet import Fleet
from botswain.engine.view import BotView, FillView, OrderView, view_of

MOST_ORDERS = 8
MOST_FILLS = 12
LEAST_ROWS = 2
BORDERS = 4  # columns a panel takes for itself
GAP = 3
SIDE_COLOURS = {"buy": "green", "sell": "red"}


def screen(fleet: Fleet, speed: float, title: str, console: Console) -> RenderableType:
    """The whole view, as large as the console is."""
    size = console.size
    at = f"{clock(fleet.last_open_ms)} UTC" if fleet.last_open_ms >= 0 else "before the first candle"
    pace = "full speed" if speed == 0 else f"{speed:g}x"
    head = Table.grid(expand=True, padding=(0, 1))
    head.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    head.add_column(no_wrap=True, justify="right")
    name = Text.assemble((title or "botswain trade", "bold"), "  ", (fleet.market.name, "cyan"))
    head.add_row(name, Text.assemble(at, "  ", (pace, "cyan"), "  ", ("Ctrl-C stops", "dim")))
    rows = (size.height - 1) // max(len(fleet.runners), 1) - 2
    return Group(head, *(bot_panel(view_of(one, MOST_FILLS), console, rows) for one in fleet.runners))


def bot_panel(view: BotView, console: Console, rows: int) -> RenderableType:
    """One bot in at most `rows` lines inside its border, as far as that can be."""
    width = console.size.width
    lines = list(said(view))
    room = rows - len(lines)
    several = len(view.symbols) > 1
    book = book_part(view)
    beside = max(room - len(view.symbols) - 1 - 1, LEAST_ROWS)
    left = Group(book, orders_part(view, min(beside, MOST_ORDERS), several))
    right = fills_part(view, max(min(room - 1, MOST_FILLS), LEAST_ROWS), several)
    if widest(console, left) + widest(console, right) + GAP + BORDERS <= width:
        body = Table.grid(expand=True)
        body.add_column(ratio=1)
        body.add_column(justify="right")
        body.add_row(left, right)
    else:
        each = max((room - len(view.symbols) - 3) // 2, LEAST_ROWS)
        body = Table.grid()
        body.add_row(book)
        body.add_row(orders_part(view, each, several))
        body.add_row(fills_part(view, each, several))
    colour = "red" if view.halted else "green" if view.profit >= 0 else "yellow"
    head = headline(view, width, colour)
    return Panel(Group(body, *lines), title=head, title_align="left", border_style=colour, width=width)


def headline(view: BotView, width: int, colour: str) -> Text:
    """A bot's name to the left and its money to the right, on the border's own line."""
    change = view.profit / (view.equity - view.profit) * 100
    name = Text.assemble((view.name, "bold"), " ", view.strategy)
    worth = Text.assemble(
        f"{money(view.equity)} {view.quote} ", (f"{money(view.profit, True)} ({change:+.2f} %)", f"bold {colour}")
    )
    left = width - name.cell_len - worth.cell_len - 8
    if left < 0:
        name.truncate(max(name.cell_len + left, 8), overflow="ellipsis")
    return Text.assemble(name, " ", ("─" * max(left, 1), colour), " ", worth)


def held_of(grounds: Sequence[Ground]) -> str:
    """How many of each list of conditions hold, and which: `entry_long 1 of 2 (RSI(14) is below 30)`."""
    parts = []
    for what in dict.fromkeys(one.what for one in grounds):
        every = [one for one in grounds if one.what == what]
        held = [one.text for one in every if one.holds]
        which = f" ({'; '.join(held)})" if held else ""
        parts.append(f"{what} {len(held)} of {len(every)}{which}")
    return "  ".join(parts)


def said(view: BotView) -> Iterable[Text]:
    """Why: the halt (told in full), what holding cost, the indicators, and the latest note, a line each."""
    if view.halted:
        yield Text(f"halted: {view.halted}", "bold red", overflow="fold")
        yield Text(halted_line(view), "red")
    if holding_text(view):
        yield one_line(("held  ", "dim"), f"{holding_text(view).removeprefix(', ')} {view.quote}")
    told = [
        f"{base(one.symbol)} " + " ".join(f"{name} {value:.6g}" for name, value in one.indicators)
        for one in view.symbols
        if one.indicators
    ]
    if told:
        yield one_line(("why  ", "dim"), "  ".join(told))
    for one in view.symbols:
        if one.grounds:
            yield one_line(("rules  ", "dim"), f"{base(one.symbol)} {held_of(one.grounds)}")
    if view.note is not None:
        yield one_line((f"{clock(view.note.time_ms)[11:]}  ", "dim"), (note_text(view.note), "yellow"))
    elif not told and view.latest:
        last = view.latest[-1]
        yield one_line(
            ("why  ", "dim"), f"last fill: {last.side} {plain(last.qty)} {base(last.symbol)} ({last.reason})"
        )


def book_part(view: BotView) -> Table:
    """Prices and positions."""
    part = small_table("", "price", "position", "entry", "gain")
    for one in view.symbols:
        held = bool(one.qty)
        part.add_row(
            Text(base(one.symbol), "bold"),
            f"{one.price:f}",
            Text(plain(one.qty), "green" if one.qty > 0 else "red") if held else Text("-", "dim"),
            f"{one.entry:f}" if one.entry is not None else Text("-", "dim"),
            Text(money(one.gain, True), "green" if one.gain >= 0 else "red") if held else Text("-", "dim"),
        )
    return part


def orders_part(view: BotView, rows: int, several: bool) -> Table:
    """The working orders nearest to the price, the highest first."""
    names = [f"working {len(view.working)}", *([""] if several else []), "qty", "price"]
    part = small_table(*names)
    price = {one.symbol: one.price for one in view.symbols}
    shown = rows if len(view.working) <= rows else rows - 1
    nearest = sorted(view.working, key=lambda one: distance(one, price))[:shown]
    qtys = aligned([one.qty for one in nearest])
    for one, qty in sorted(zip(nearest, qtys, strict=True), key=lambda pair: -(pair[0].price or Decimal("Infinity"))):
        kind = Text(f"{one.side} {one.kind.replace('_', ' ')}", SIDE_COLOURS[one.side])
        which = [base(one.symbol)] if several else []
        part.add_row(kind, *which, qty, f"{one.price:f}" if one.price is not None else "market")
    left = len(view.working) - len(nearest)
    if left > 0:
        part.add_row(Text(f"and {left} more", "dim"))
    return part


def distance(one: OrderView, price: dict[str, Decimal]) -> Decimal:
    """How far an order is from the last price, as a fraction; a market order is at it."""
    last = price[one.symbol]
    return abs(one.price - last) / last if one.price is not None and last else Decimal(0)


def fills_part(view: BotView, rows: int, several: bool) -> Table:
    """The latest fills, the newest first, and why each was wanted."""
    part = small_table(f"fills {view.fills}", *([""] if several else []), "qty", "price", "why")
    latest: Sequence[FillView] = view.latest[::-1][:rows]
    for one, qty in zip(latest, aligned([one.qty for one in latest]), strict=True):
        which = [base(one.symbol)] if several else []
        when = Text.assemble((f"{clock(one.time_ms)[11:]} ", "dim"), (one.side, SIDE_COLOURS[one.side]))
        part.add_row(when, *which, qty, f"{one.price:f}", one.reason.replace("_", " "))
    return part


def small_table(*names: str) -> Table:
    """A borderless table: words to the left, numbers to the right."""
    part = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in names:
        number = name in ("qty", "price", "position", "entry", "gain")
        part.add_column(name, justify="right" if number else "left", no_wrap=True)
    return part


def widest(console: Console, part: RenderableType) -> int:
    """The columns a part wants."""
    return Measurement.get(console, console.options.update(max_width=10_000), part).maximum


def one_line(*parts: str | tuple[str, str]) -> Text:
    """Text that ends in an ellipsis rather than wrap."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def aligned(values: Sequence[Decimal]) -> list[str]:
    """Numbers with the decimals that the most exact of them needs, so that their points stand below each other."""
    needed = max((len(plain(one).partition(".")[2]) for one in values), default=0)
    return [f"{one:.{needed}f}" for one in values]
