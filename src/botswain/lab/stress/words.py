"""A stress in sentences: what can be lost, and what to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from botswain.lab.amounts import money_text, percent, when
from botswain.lab.stress.stressing import Stress


def verdict_of(found: Stress) -> str:
    """What is lost on the move and in the worst window, in one sentence."""
    money, quote = found.capital, found.rules.quote
    rungs = found.ladder.rungs
    move = move_of(found)
    if not rungs:
        made = f"It opens nothing when the price {move}"
    else:
        count = sum(one.orders for one in rungs)
        bought = f"{count} {'order' if count == 1 else 'orders'} for {money_text(found.used, money)} {quote}"
        end = "loses" if found.loss > 0 else "gains"
        share = percent(abs(float(found.loss / money)))
        amount = money_text(abs(found.loss), money)
        made = f"When the price {move} it fills {bought} and {end} {amount}, {share} of the capital"
    worst = found.worst
    if worst is None or worst.total_return is None or worst.total_return >= 0:
        return f"{made}; it lost in none of the worst times of these candles."
    return (
        f"{made}; the worst time of these candles ({worst.window.name}, from {when(worst.window.start_ms)}) cost "
        f"{percent(-worst.total_return)}."
    )


def move_of(found: Stress) -> str:
    """The move in words."""
    moves = "falls" if found.end < found.price else "rises"
    far = f"by {percent(float(abs(found.end / found.price - 1)))}"
    if found.top is None:
        return f"{moves} {far} in one go"
    return f"rises to {found.top:f} and then falls to {found.end:f}"


def notes_of(found: Stress) -> Iterator[str]:
    """What to know of it, the gravest first."""
    money, quote = found.capital, found.rules.quote
    if found.made.halt is not None:
        yield f"The strategy was halted on the way: {found.made.halt.message}"
    missing = found.needed - found.used
    if missing > money / 1_000:
        yield (
            f"All its orders cost {money_text(found.needed, money)} {quote}, {money_text(missing, money)} more than "
            "there is money for: the last ones would be refused. Give it more, or smaller orders."
        )
    # What a cell buys it sells a step higher; what others sell at has nothing to do with where they buy.
    if found.step is not None and found.round_trip > 0 and found.made.plan.strategy.cells:
        part = float(found.round_trip / found.step)
        if part >= 1:
            yield f"Its smallest step ({percent(float(found.step))}) does not pay the fees of a round trip."
        elif part > 0.25:
            yield f"Fees take {percent(part)} of its smallest step ({percent(float(found.step))})."
    if found.ladder.closed is not None:
        one = found.ladder.closed
        yield f"All of that is closed on the way, at {one.price:f} ({one.reason}); what else it did is in the loss too."
    if found.ruin is not None:
        far = float(found.ruin / found.price - 1)
        yield f"At {found.ruin:f}, {percent(far, sign=True)} from here, nothing of the account would be left."
