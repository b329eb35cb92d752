"""What the gate, the rounding and the venue did to orders: how often, the latest of each, and what became of them.

An order that ended does not come back by itself, and a bot that sits still because of that looks like one that waits
for its market; so the report says how many ended and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from botswain.core.codes import ENDED
from botswain.lab.amounts import when
from botswain.lab.note_words import CODES, became_texts, numbers_text
from botswain.lab.result import Result
from botswain.lab.tables import heading, plain_table, remark
from botswain.model.note_texts import ENDS
from botswain.model.reasons import Reason, reason_name

SLOTS_NAMED = 5


def note_parts(result: Result) -> Iterable[RenderableType]:
    """The table of notes and what is to be known of it; nothing where there are none."""
    found = result.notes
    if not found:
        return
    total = int(result.ran.state.account.notes)
    more = f", of the last {len(found):,} of {total:,}" if total > len(found) else ""
    yield heading(f"Orders that were cut, stopped or ended{more}")
    several = len(result.plan.instruments) > 1
    table = plain_table("why", ">times", "latest", *(["symbol"] if several else []), ">slot", "numbers")
    latest = {one.code: place for place, one in enumerate(found)}
    times = Counter(one.code for one in found)
    for code, place in sorted(latest.items(), key=lambda pair: pair[1]):
        one = found[place]
        slot = str(one.slot) if one.slot >= 0 else "all"
        numbers = numbers_text(result, result.meaning_at(place), one.value, one.limit)
        cells = (code, f"{times[code]:,}", when(one.time_ms), *([one.symbol] if several else []), slot, numbers)
        table.add_row(*(Text(cell) for cell in cells))
    yield table
    became = (f"{code}: {text}" for code, text in became_texts(result).items())
    yield remark("\n".join([*became, ends_text(result)]))


# What keeps an exit from the book altogether.
NOT_PLACED = (reason_name(Reason.BELOW_MINIMUM),)


def ends_text(result: Result) -> str:
    """How many of the strategy's own orders ended and why, which stood so at last, and exits that were not placed."""
    slots = result.plan.strategy.slots()
    own = [CODES[one.code] for one in result.notes if one.code in CODES and 0 <= one.slot < slots]
    counts = Counter(reason_name(one) for one in own if one in ENDS)
    refused = Counter(reason_name(one) for one in own if one not in ENDS and one is not Reason.ABOVE_MAXIMUM)
    parts = [f"{counts.total():,} ({by_count(counts)})"] if counts else []
    parts += [f"those of {by_count(refused)} that went by the market"] if refused else []
    left = standing(result)
    bare = exits_text(result)
    kept = len(result.notes)
    last = f" among the last {kept:,} notes" if int(result.ran.state.account.notes) > kept else ""
    if not parts and not left:
        return f"{f'Among the last {kept:,} notes no' if last else 'No'} order of the strategy ended for good.{bare}"
    stood = "; ".join(f"{name} {len(places):,} ({named(places)})" for name, places in left.items())
    return (
        f"Ended{last}: {', and '.join(parts) or 'see below'}. An order that ended does not come back by itself: "
        "the strategy asks for it again (wanted.again, wanted.renew), or it stays out. When the run was over, "
        f"{f'these stood ended: {stood}' if left else 'none stood ended any more'}.{bare}"
    )


def exits_text(result: Result) -> str:
    """How often a stop or a target was not placed, and why; empty where that never happened."""
    slots = result.plan.strategy.slots()
    found = Counter(one.code for one in result.notes if one.slot >= slots and one.code in NOT_PLACED)
    if not found:
        return ""
    more = " or more" if int(result.ran.state.account.notes) > len(result.notes) else ""
    return (
        f" Exits that were not placed: {by_count(found)}{more}; the position stood without that exit meanwhile. More "
        "capital or a larger size makes exits large enough for the venue."
    )


def by_count(counts: Counter[str]) -> str:
    """Names with their counts, the most frequent first."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def standing(result: Result) -> dict[str, list[str]]:
    """The strategy's own slots that stood ended when the run was over, by why."""
    state, slots = result.ran.state, result.plan.strategy.slots()
    several = len(result.plan.instruments) > 1
    found: dict[str, list[str]] = {}
    for s, one in enumerate(result.plan.instruments):
        for slot in range(slots):
            row = state.parts["rows"][s * state.width + slot]
            if int(row.state) == ENDED:
                place = f"{one.symbol} slot {slot}" if several else f"slot {slot}"
                found.setdefault(reason_name(int(row.ended)), []).append(place)
    return found


def named(places: list[str]) -> str:
    """The first few of some places."""
    left = len(places) - SLOTS_NAMED
    return ", ".join(places[:SLOTS_NAMED]) + (f" and {left:,} more" if left > 0 else "")
