"""What the venue may hold of an asset beside what stands in the books: the bounds that orders leave open.

An order whose end nobody knows may have filled, all of it, a part or nothing; what filled a moment ago may not be in
what was read yet. Whatever an account holds within these bounds is explained, and whatever is outside of them is not,
however these orders ended. So an account is compared with its books while it is busy, and an order in doubt holds back
nothing but what it may have moved itself. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from botswain.engine.forgotten import HIGHEST_FEE
from botswain.engine.tracks import Track

ZERO, ANY = Decimal(0), Decimal("Infinity")
# An order that goes by the market fills at once, or when its trigger is reached. That it costs, or brings, more than so
# many times the price that was known then is not believed: it is told, and is then worth a look in any case.
AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Span:
    """An asset moved by something between these two beyond the books."""

    low: Decimal = ZERO
    high: Decimal = ZERO

    def __add__(self, other: Span) -> Span:
        """Both."""
        return Span(self.low + other.low, self.high + other.high)

    def __or__(self, other: Span) -> Span:
        """The one or the other."""
        return Span(min(self.low, other.low), max(self.high, other.high))

    def nearest(self, before: Decimal, found: Decimal) -> Decimal:
        """What is in no book, where `found` would be without all this: as near to what it was before as may be."""
        return min(max(before, found - self.high), found - self.low)


NOTHING = Span()
Spans = Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Open:
    """What one order leaves open.

    group    of the two orders of one list the same name: only one of them fills
    base, quote, side  what it trades; `may` is by asset what it may have filled that is not booked, `late` what is
             booked and may not have been read yet
    filled   some of what it may have filled it has for certain, whose bot was not told yet
    """

    group: str
    base: str
    quote: str
    side: int
    may: Spans
    late: Spans
    filled: bool = False


def doubtful(track: Track) -> bool:
    """Whether an order may have filled what its bot was not told."""
    untold = track.filled > track.told_qty or (track.final and not track.ended)
    return untold or track.sending or track.unresolved


def left_open(tracks: Iterable[Track], since_ms: int, stamp_ms: int | None = None) -> dict[str, Open]:
    """What orders leave open, by name.

    since_ms  fills that were heard before this are in whatever is read now; stamp_ms: what fills of then bear, where
              that is not the same
    """
    found, stamp_ms = {}, since_ms if stamp_ms is None else stamp_ms
    for track in tracks:
        may = may_have_moved(track) if doubtful(track) else {}
        late = moved_late(track, stamp_ms) if track.filled_ms >= since_ms else {}
        if may or late:
            base, quote = track.units.symbol.split("/")
            group = min(track.name, track.partner) if track.partner else track.name
            found[track.name] = Open(group, base, quote, track.side, may, late, track.filled > track.told_qty)
    return found


def may_have_moved(track: Track) -> dict[str, Span]:
    """What an order may have filled without its bot being told, by asset. Its price is the worst that it may pay.

    Where it has none, and for what a sale brings, that is AT_MOST times the price of when it was asked for. Of one that
    has ended, or was refused, it is known what it filled, however late that is told.
    """
    base, quote = track.units.symbol.split("/")
    left = (track.filled if track.final else max(track.qty, track.filled)) - track.told_qty
    if left <= 0:
        return {}
    most = left * (1 + HIGHEST_FEE)
    if track.side > 0:
        paid = most * track.price if track.price else most * highest(track)
        moved, fee_asset = {base: Span(ZERO, most), quote: Span(-paid, ZERO)}, track.units.fee_on_buy[1]
    else:
        brought = most * highest(track)
        moved, fee_asset = {base: Span(-most, ZERO), quote: Span(ZERO, brought)}, track.units.fee_on_sell[1]
    return moved if fee_asset in moved else moved | {fee_asset: Span(-ANY, ANY)}


def highest(track: Track) -> Decimal:
    """The highest price that an order may have filled at where its own is no bound."""
    known = max(track.mark, track.trigger)
    return AT_MOST * max(known, track.price) if known else ANY


def moved_late(track: Track, stamp_ms: int) -> dict[str, Span]:
    """What its latest fills moved, which may be booked before it can be read."""
    base, quote = track.units.symbol.split("/")
    found: dict[str, Span] = {}
    for name in track.told & track.fills.keys():
        one = track.fills[name]
        if one.venue_time_ms >= stamp_ms:
            qty, paid = one.qty * (1 + HIGHEST_FEE), one.quote_qty * (1 + HIGHEST_FEE)
            bought = track.side > 0
            moved = {base: Span(-qty if bought else ZERO, ZERO if bought else qty)}
            moved |= {quote: Span(ZERO if bought else -paid, paid if bought else ZERO)}
            found = summed([found, moved, {} if one.fee_asset in moved else {one.fee_asset: Span(-one.fee, one.fee)}])
    return found


def joined(before: Mapping[str, Open], after: Mapping[str, Open]) -> dict[str, Open]:
    """What was left open before or after something was read."""
    found = {**before, **after}
    for name in before.keys() & after.keys():
        one, two = before[name], after[name]
        found[name] = replace(
            two, may=either([one.may, two.may]), late=either([one.late, two.late]), filled=one.filled or two.filled
        )
    return found


def spans_of(opened: Mapping[str, Open], unmoved: Iterable[str]) -> dict[str, Span]:
    """What all of them leave open, by asset.

    unmoved  assets that hold exactly what they did. Where all in doubt on one are on one side, none of them has filled
             anything: one that had would have moved it, and nothing that is on the other side could make that good.
    """
    none = {asset for asset in unmoved if none_filled(opened.values(), asset)}
    groups: dict[str, list[Spans]] = {}
    for one in opened.values():
        if one.base not in none:
            groups.setdefault(one.group, []).append(one.may)
    return summed([*(either(ways) for ways in groups.values()), *(one.late for one in opened.values())])


def none_filled(opened: Iterable[Open], base: str) -> bool:
    """Whether nothing in doubt on an asset can have filled where the asset has not moved."""
    mine = [one for one in opened if base in (one.base, one.quote)]
    sides = {one.side for one in mine if one.may}
    return len(sides) == 1 and not any(one.late or one.filled or one.quote == base for one in mine)


def either(ways: Iterable[Spans]) -> dict[str, Span]:
    """One of several, or none of them."""
    found: dict[str, Span] = {}
    for asset, span in pairs(ways):
        found[asset] = found.get(asset, NOTHING) | span
    return found


def summed(ways: Iterable[Spans]) -> dict[str, Span]:
    """All of several."""
    found: dict[str, Span] = {}
    for asset, span in pairs(ways):
        found[asset] = found.get(asset, NOTHING) + span
    return found


def pairs(ways: Iterable[Spans]) -> Iterator[tuple[str, Span]]:
    """All assets of all."""
    for way in ways:
        yield from way.items()
