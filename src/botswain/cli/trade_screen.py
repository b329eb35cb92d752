"""The live view of `botswain trade`:

each bot's price, position, working orders, fills and why; and the lines it ends with.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from botswain.engine.fleet import Fleet, Runner
from botswain.engine.view import BotView, fill_view, view_of

SHOWN_ORDERS = 6


def screen(fleet: Fleet, speed: float, title: str) -> RenderableType:
    """The whole view."""
    at = f"{clock(fleet.last_open_ms)} UTC" if fleet.last_open_ms >= 0 else "before the first candle"
    pace = "as fast as possible" if speed == 0 else f"{speed:g}x"
    head = Text.assemble(
        (title or "botswain trade", "bold"), "  ", (fleet.market.name, "cyan"), f"  {at}  {pace}  Ctrl-C stops"
    )
    return Group(head, *(bot_panel(view_of(one)) for one in fleet.runners))


def bot_panel(view: BotView) -> RenderableType:
    """One bot."""
    table = Table.grid(padding=(0, 2), expand=True)
    for _ in range(3):
        table.add_column(ratio=1)
    table.add_row(book_part(view), orders_part(view), fills_part(view))
    colour = "red" if view.halted else "green" if view.profit >= 0 else "yellow"
    change = view.profit / (view.equity - view.profit) * 100
    worth = f"equity {money(view.equity)}   {money(view.profit, True)} ({change:+.2f} %)"
    head = f"[bold]{view.name}[/] {view.strategy}   {worth}"
    foot = f"[red]halted: {view.halted}[/]" if view.halted else f"why: {view.why}" if view.why else ""
    return Panel(table, title=head, title_align="left", subtitle=foot, subtitle_align="left", border_style=colour)


def book_part(view: BotView) -> Table:
    """Prices and positions."""
    part = small_table("symbol", "price", "position", "entry")
    for one in view.symbols:
        part.add_row(
            one.symbol, plain(one.price), plain(one.qty) if one.qty else "-", plain(one.entry) if one.entry else "-"
        )
    return part


def orders_part(view: BotView) -> Table:
    """The working orders nearest to the price."""
    part = small_table("working", "qty", "price")
    price = {one.symbol: one.price for one in view.symbols}
    nearest = sorted(view.working, key=lambda one: abs((one.price or Decimal(0)) - price[one.symbol]))[:SHOWN_ORDERS]
    for one in sorted(nearest, key=lambda one: -(one.price or Decimal(0))):
        colour = "green" if one.side == "buy" else "red"
        part.add_row(f"[{colour}]{one.side} {one.kind}[/]", plain(one.qty), plain(one.price) if one.price else "market")
    left = len(view.working) - len(nearest)
    if left > 0:
        part.add_row(f"[dim]and {left} more[/]", "", "")
    return part


def fills_part(view: BotView) -> Table:
    """The latest fills."""
    part = small_table(f"fills ({view.fills})", "qty", "price", "why")
    for one in reversed(view.latest):
        colour = "green" if one.side == "buy" else "red"
        part.add_row(f"[{colour}]{clock(one.time_ms)[11:]} {one.side}[/]", plain(one.qty), plain(one.price), one.reason)
    return part


def small_table(*names: str) -> Table:
    """A borderless table."""
    part = Table(box=None, padding=(0, 1), show_edge=False, header_style="dim")
    for place, name in enumerate(names):
        part.add_column(name, justify="left" if place in (0, 3) else "right", no_wrap=True)
    return part


def fill_line(runner: Runner, report: Any) -> str:
    """A fill as one line; empty for the end of an order."""
    if not int(report.lots):
        return ""
    one = fill_view(runner, report)
    what = f"{one.side} {plain(one.qty)} {one.symbol} at {plain(one.price)} ({one.reason})"
    return f"{clock(one.time_ms)} {runner.name}: {what}"


def closing_lines(views: list[BotView], interrupted: bool) -> list[str]:
    """What is said at the end."""
    lines = [
        f"{one.name}: equity {money(one.equity)} ({money(one.profit, True)}), {one.fills} fills, "
        f"{len(one.working)} orders working" + (f", halted: {one.halted}" if one.halted else "")
        for one in views
    ]
    if interrupted:
        lines.append("stopped; orders stay as they are. The same command goes on from here.")
    return lines


def clock(time_ms: int) -> str:
    """A time for people, in UTC."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def plain(value: Decimal) -> str:
    """A number without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, sign: bool = False) -> str:
    """Money to two decimals."""
    return f"{value:+,.2f}" if sign else f"{value:,.2f}"
