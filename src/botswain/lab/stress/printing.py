"""What a stress found, in a terminal: what can be lost, the ladder, and the worst that was."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.text import Text

from botswain.lab.amounts import money_text, percent, when
from botswain.lab.stress.ladder import Rung
from botswain.lab.stress.stressing import Replayed, Stress
from botswain.lab.stress.words import notes_of, verdict_of
from botswain.lab.tables import heading, pairs, plain_table, remark

DATE = len("2024-01-31")
# Of a longer ladder the middle is left out.
MOST_RUNGS = 40


def print_stress(found: Stress, console: Console) -> None:
    """Print it all."""
    for part in parts(found, console):
        console.print(part)


def parts(found: Stress, console: Console) -> Iterable[RenderableType]:
    """From top to bottom."""
    yield header(found)
    yield heading("What can be lost")
    yield Text(verdict_of(found), "bold yellow")
    yield Text()
    yield pairs(rows_of(found), console)
    for text in notes_of(found):
        yield Text(f"- {text}", "yellow")
    if found.ladder.rungs:
        yield heading("The ladder")
        yield ladder_table(found)
        yield remark(
            "Loss: of all that is held by then, closed by the market at the end of the move, fees paid. "
            "Break-even: the price that brings back all of it, fees of both ways among it."
        )
    yield heading("The worst of these candles")
    yield window_table(found)
    yield remark("Each begins with the capital and without a position, as a bot that was started at that moment.")


def header(found: Stress) -> RenderableType:
    """The bot and the move."""
    strategy = found.made.plan.strategy
    text = Text.assemble((strategy.label(), "bold cyan"))
    for name, value in strategy.values.items():
        if value != strategy.parameters()[name].default:
            text.append(f"   {name} ", "dim").append(str(value))
    over = "" if found.top is None else f" over {found.top:f}"
    far = percent(float(found.end / found.price - 1), sign=True)
    return text.append(f"\n{found.rules.symbol} goes from {found.price:f}{over} to {found.end:f}, {far}")


def rows_of(found: Stress) -> list[tuple[str, Text]]:
    """Money and prices."""
    money = found.capital
    share = percent(float(found.loss / money), sign=False)
    last = found.ladder.rungs[-1] if found.ladder.rungs else None
    rows = [
        (f"capital ({found.rules.quote})", Text(money_text(money, money))),
        ("all orders cost", Text(money_text(found.needed, money))),
        ("there is money for", Text(money_text(found.used, money))),
        ("lost at the end", Text(f"{money_text(found.loss, money)}  {share}", "red" if found.loss > 0 else "green")),
        ("least equity", Text(money_text(found.least, money))),
        ("a round trip pays from", Text(percent(float(found.round_trip)))),
    ]
    if found.step is not None:
        rows.append(("smallest step", Text(percent(float(found.step)))))
    if last is not None:
        rows.append(("average entry", Text(price_text(last.average, found))))
        back = float(abs(last.break_even / found.end - 1))
        rows.append(("break-even then", Text(f"{price_text(last.break_even, found)}, {percent(back)} from there")))
    nothing = "none: bought with cash" if found.ruin is None else price_text(found.ruin, found)
    rows.append(("nothing is left at", Text(nothing)))
    return rows


def ladder_table(found: Stress) -> RenderableType:
    """Rung by rung; of a long one the first and the last ones."""
    money = found.capital
    table = plain_table(">", ">price", ">quantity", ">money", ">in all", ">average", ">break-even", ">loss")
    for one in shown(found.ladder.rungs):
        if one is None:
            table.add_row(*["..."] * 8)
            continue
        number = f"{one.number}" if one.orders == 1 else f"{one.number} ({one.orders} orders)"
        table.add_row(
            *map(
                Text,
                (
                    number,
                    f"{one.price:f}",
                    f"{one.qty:f}",
                    money_text(one.money, money),
                    money_text(one.total_money, money),
                    price_text(one.average, found),
                    price_text(one.break_even, found),
                    money_text(one.loss, money),
                ),
            )
        )
    return table


def shown(rungs: tuple[Rung, ...]) -> list[Rung | None]:
    """Those that are shown, None where some are left out."""
    if len(rungs) <= MOST_RUNGS:
        return list(rungs)
    half = MOST_RUNGS // 2
    return [*rungs[:half], None, *rungs[-half:]]


def price_text(value: Decimal, found: Stress) -> str:
    """A price to its tick."""
    return f"{value.quantize(found.rules.tick_size):f}"


def window_table(found: Stress) -> RenderableType:
    """Window by window."""
    table = plain_table("what", "from", "to", ">market", ">result", ">drawdown", ">least equity", ">round trips")
    for one in found.replayed:
        span = (when(at)[:DATE] for at in (one.window.start_ms, one.window.end_ms))
        table.add_row(*map(Text, (one.window.name, *span, percent(one.window.change, sign=True), *results(one, found))))
    return table


def results(one: Replayed, found: Stress) -> tuple[str, ...]:
    """What came of a window."""
    if one.result is None:
        return (one.why, "", "", "")
    of = one.result.curve_figures
    return (
        percent(of.total_return, sign=True),
        percent(of.max_drawdown),
        money_text(one.least, found.capital),
        f"{one.result.trip_figures.count:,}",
    )
