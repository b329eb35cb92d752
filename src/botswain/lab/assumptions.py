"""Everything a run assumed, in words: what a person must know to believe its figures.

Each is one fact with its value. They are printed in the report and written beside the figures; nothing is computed
from them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.build.plan import Plan, as_decimal
from botswain.core.codes import WORKING
from botswain.core.scale import RESERVE, base_unit
from botswain.core.volatility import USUAL_PERIOD
from botswain.history.instants import iso
from botswain.lab.charges import Charges, span_text
from botswain.lab.data_used import DataUsed
from botswain.lab.reads import ReadUsed, reads_used
from botswain.lab.result import Result
from botswain.model.charges import BORROW_YEAR
from botswain.model.instrument import Instrument
from botswain.model.note_texts import all_too_small, too_small_text
from botswain.model.slippage import IMPACT, SPREAD, Slippage
from botswain.model.trades import OnTrades

FILLS = {
    "touch": "touch: a resting limit fills as soon as the price reaches it",
    "through": "through: a resting limit fills only when the price goes one tick beyond it",
}
MEETINGS = {
    "next": "what arrives between two of them meets the next one, and its price",
    "last": "what arrives between two of them meets the price of the last one",
}
TRADE_FILLS = {
    "touch": "touch: a resting limit fills with the first trade at its price; no queue before it is known",
    "through": "through: a resting limit fills only with a trade at least one tick beyond its price",
}
BOOK_TEXTS = {
    "market orders": "take level by level what stands when they arrive; what the book has not got waits for more",
    "limit fills": "in line behind what stood at their price: by trades at it once the line is gone, by trades beyond "
    "it, or where the other side of the book reaches them; never more than was traded or stands",
    "line": "who leaves a level is taken to have stood behind, as long as that is possible",
    "stops": "the trade that reaches one fires it; it takes from the book as that trade left it",
    "own market": "trades and own fills take from it until a level is told anew; nobody answers to own orders",
}
RESERVED = ("percent", "risk", "kelly", "volatility")


def assumptions(result: Result, used: Sequence[DataUsed]) -> dict[str, str]:
    """What was assumed, by subject, in the order in which it is read. `used` is in the order of the symbols."""
    plan = result.plan
    found = of_symbols("tick", used, [tick_text(one, data) for one, data in zip(plan.instruments, used, strict=True)])
    found |= of_symbols("lot", used, [lot_text(one, data) for one, data in zip(plan.instruments, used, strict=True)])
    found |= of_symbols("order size", used, [minimum_text(one) for one in plan.instruments])
    found |= {
        f"capital {one.symbol}": f"TOO SMALL: {text}" for one in plan.instruments if (text := tiny_text(result, one))
    }
    found |= of_symbols("fee", used, [fee_text(result, s) for s in range(len(used))])
    found |= of_symbols("short selling", used, [short_text(one) for one in plan.instruments])
    found |= {
        "slippage": slippage_text(plan.slippage) if result.market.book is None else "what the book says",
        **(meeting_texts(plan.fill) if plan.on_trades is None else trade_texts(plan.fill, plan.on_trades)),
        **({} if result.market.book is None else {"order book": result.market.book.told()}),
        "decisions": decision_text(result),
        "sizing": sizing_text(plan),
        "exits": chosen(plan.exits) or "none",
        "limits": chosen(plan.limits) or "none",
        **({"hours": hours_text(result)} if plan.windows else {}),
        **rule_texts(plan),
        **({"splits, dividends": action_text(result)} if plan.actions else {}),
        **charge_texts(result.market.charges),
        "indicators": indicator_text(result, used),
        **{f"reads {one.symbol}": read_text(one) for one in reads_used(result.market)},
        "end of data": "what is open at the end is marked at the last close, not closed",
    }
    if not result.ran.compiled:
        found["arithmetic"] = arithmetic_text(result)
    if result.ran.in_python:
        found["step"] = f"called back in Python, slower: {result.ran.in_python}"
    notes = {f"data {one.symbol}": "; ".join(one.origin.notes) for one in used}
    return found | {name: text for name, text in notes.items() if text}


def slippage_text(slippage: Slippage) -> str:
    """How much worse what goes by the market fills."""
    parts = [f"{plain(slippage.bps)} bps"] if slippage.bps else []
    if slippage.model == SPREAD:
        parts = [f"half of a spread of {one}" for one in parts]
    if slippage.by_candles:
        of = f"the last {slippage.candles} closed candles"
        what = f"the mean true range of {of}"
        if slippage.model == IMPACT:
            what = f"the move of {of} times the square root of the order's part of their volume"
        parts.append(f"{plain(slippage.times)} times {what}, together at most {plain(slippage.most)} bps,")
    return f"{' and '.join(parts)} on market orders and triggers" if parts else "none"


def action_text(result: Result) -> str:
    """What is done about splits and dividends."""
    actions = result.market.actions
    assert actions is not None
    came = len(result.actions)
    return (
        f"{came} came to pass of {actions.given} given; prices are as they were traded, a split restates position, "
        "orders and the candles that indicators see, and less than a lot goes for cash at the last close; dividends "
        "are cash on their first day without, nothing is withheld, and shorts pay them"
    )


def charge_texts(charges: Charges | None) -> dict[str, str]:
    """What is done about funding and borrow fees, where there are any."""
    found: dict[str, str] = {}
    if charges is not None and charges.funding is not None:
        one = charges.funding
        found["funding"] = (
            f"{one.came} came to pass of {one.rates} rates given{span_text(one)}; of what is held then, at the last "
            "close, longs pay what shorts get where a rate is above zero"
        )
        if one.within:
            found["funding"] += (
                f"; {one.within} LAY WITHIN A CANDLE and were of what was held after it: finer candles are more exact"
            )
    if charges is not None and charges.borrow is not None:
        one = charges.borrow
        found["borrow fees"] = (
            f"rates a year given: {one.rates}{span_text(one)}; what is short when a day (UTC) ends pays 1 / "
            f"{BORROW_YEAR} of that, of what it is worth at the last close; there is always enough to borrow"
        )
    return found


def decision_text(result: Result) -> str:
    """On what it is decided, and when that meets the market."""
    market, arrives = result.market, "what they want arrives at the next candle's open"
    if result.plan.on_trades is not None:
        return tape_text(result)
    if market.finer is not None:
        piece, own = market.finer.candles[0].timeframe, market.candles[0].timeframe
        return (
            f"on closed candles of {own}, and every {result.plan.frequency_ms // 1_000} s on the one that forms, as it "
            f"has formed of candles of {piece}, by which orders are met; {arrives} of {piece}"
        )
    if market.wished_s:
        return (
            f"AT CLOSES ONLY: a trading frequency of {market.wished_s} s needs candles finer than "
            f"{market.candles[0].timeframe}, and there are none; {arrives}. Live it decides on the candle that forms "
            "too, so live results will differ; give finer candles and --timeframe"
        )
    return f"on closed candles; {arrives}"


def meeting_texts(fill: str) -> dict[str, str]:
    """How orders meet candles."""
    return {
        "limit fills": FILLS[fill],
        "path in a candle": "open, the nearer of high and low (tie: low), the other, close",
    }


def trade_texts(fill: str, on: OnTrades) -> dict[str, str]:
    """How orders meet trades."""
    if on.depth:
        return {"orders meet": f"a recorded order book and trades, latency {on.latency_ms} ms"} | BOOK_TEXTS
    bound = f"{plain(on.share * 100)} % of each trade's quantity; what is left of an order waits" if on.share else ""
    return {
        "orders meet": f"trades, latency {on.latency_ms} ms: {MEETINGS[on.meets]}",
        "limit fills": f"{TRADE_FILLS[fill]}, at the limit's own price",
        "stops": "the trade that reaches one fires it; it goes by the market, at that trade's price",
        "quantity": bound or "as much of a trade as orders want, whatever was traded",
    }


def tape_text(result: Result) -> str:
    """On what it is decided where the market is a tape of trades."""
    market, late = result.market, "what they want is on its way from then on"
    if market.finer is None:
        return f"on every trade; {late}"
    own, every = market.candles[0].timeframe, result.plan.frequency_ms
    more = f", and every {every // 1_000} s on the one that forms" if every else ""
    return (
        f"on closed candles of {own}, made of the trades{more}; the last one counts only where trades reach its end; "
        f"{late}"
    )


def rule_texts(plan: Plan) -> dict[str, str]:
    """The conditions that decisions rested on, in words, by what they are for; none of most strategies."""
    found: dict[str, str] = {}
    for one in plan.strategy.grounds({}):
        found[one.what] = f"{found[one.what]}; {one.text}" if one.what in found else one.text
    return {f"rules {what}": text for what, text in found.items()}


def hours_text(result: Result) -> str:
    """When positions may be opened, for how long of the run that was, and what was done at its end."""
    plan, market = result.plan, result.market
    begin, end = int(market.instants[0]), int(market.instants[-1]) + plan.timeframe_ms
    spans = [
        (max(one, begin), min(other, end)) for one, other in zip(plan.windows[::2], plan.windows[1::2], strict=True)
    ]
    spans = [one for one in spans if one[0] < one[1]]
    closes = market.instants + plan.timeframe_ms
    inside = int(np.count_nonzero(np.searchsorted(np.array(plan.windows), closes, side="right") % 2))
    if not inside:
        return (
            f"NEVER OPEN at any of the {len(closes):,} closes: nothing could be opened; give other hours, a shorter "
            "timeframe, or candles of their time"
        )
    open_ms = sum(one[1] - one[0] for one in spans)
    return (
        f"open {len(spans)} times, {length_text(open_ms)} of {length_text(end - begin)} in all; {inside:,} of "
        f"{len(closes):,} closes lie within; the first is {iso(spans[0][0])} to {iso(spans[0][1])}; what reduces works "
        f"always; {END_TEXTS[plan.at_end]}"
    )


END_TEXTS = {
    "cancel_entries": "at the end entries that rest are taken off",
    "leave": "entries that rest at the end stay",
    "flatten": "at the end entries that rest are taken off and positions are closed by the market, at the next open "
    "that there is: where the last candle of a day has closed that is the next day's",
}


def length_text(span_ms: int) -> str:
    """A length of time in hours, or days where it is long."""
    hours = span_ms / 3_600_000
    return f"{hours:,.1f} h" if hours < 200 else f"{hours / 24:,.1f} d"


def of_symbols(subject: str, used: Sequence[DataUsed], texts: Sequence[str]) -> dict[str, str]:
    """One line for all symbols where it is the same for all, else one a symbol."""
    if len(set(texts)) == 1:
        return {subject: texts[0]}
    return {f"{subject} {one.symbol}": text for one, text in zip(used, texts, strict=True)}


def tick_text(one: Instrument, data: DataUsed) -> str:
    """The price step and where it is from."""
    return f"{plain(one.tick_size)} ({data.origin.rules or 'the finest decimals in the candles'})"


def lot_text(one: Instrument, data: DataUsed) -> str:
    """The quantity step and where it is from."""
    return f"{plain(one.lot_size)} ({data.origin.rules or 'usual, no instrument was given'})"


def minimum_text(one: Instrument) -> str:
    """The limits of one order."""
    parts = [f"at least {plain(one.min_qty)} {one.base}"] if one.min_qty else []
    parts += [f"at least {plain(one.min_notional)} {one.quote}"] if one.min_notional else []
    parts += [f"at most {plain(one.max_qty)} {one.base}"] if one.max_qty else []
    return ", ".join(parts) or "no minimum and no maximum"


def tiny_text(result: Result, one: Instrument) -> str:
    """What must be known where the money for one order does not buy the smallest order there is."""
    plan, market = result.plan, result.market
    s = market.symbols.index(one.symbol)
    close = int(market.ticks[s][3][market.first_candle(s)]) * one.tick_size
    least = math.ceil(max(one.min_qty, one.lot_size, one.min_notional / close) / one.lot_size) * one.lot_size
    need = least * close * (1 + one.taker_fee)
    share, sizing = plan.capital, plan.sizing
    if sizing.kind in ("percent", "kelly"):
        part = sizing.share * (1 - RESERVE) / plan.strategy.split()
        share = min(share, share * part.numerator / part.denominator)
    elif sizing.kind == "fixed_quote":
        share = min(share, sizing.size)
    elif sizing.kind == "fixed" and sizing.size < least:
        return (
            f"an order of {short(sizing.size)} {one.base} is less than the smallest one, {short(least)} {one.base}; "
            "give a larger size"
        )
    if share >= need:
        return ""
    return (
        f"{short(share)} {one.quote} for an order does not buy the smallest one, {short(least)} {one.base} "
        f"for {short(need)} {one.quote} with its fee at the first close; give more capital, a larger size or fewer "
        "orders"
    )


def arithmetic_text(result: Result) -> str:
    """Why a run was done with Python's integers, and, where it could not be otherwise, what makes it quick."""
    if not result.plan.wide:
        return "Python integers of any size, as this money outgrows 64 bits or as was asked; slower"
    return (
        f"Python integers of any size, as this money, in units of {float(result.plan.unit):g}, outgrows 64 bits; "
        "slower. Less capital makes it quick, or the venue's own lot_size and tick_size, given as an instrument"
    )


def too_small(result: Result) -> str:
    """Why a run traded nothing: the money for one order buys the smallest one of no symbol, or each was too small.

    Else empty, as it is where an order came to the venue.
    """
    if came_to_venue(result):
        return ""
    texts = [tiny_text(result, one) for one in result.plan.instruments]
    return "; ".join(texts) if all(texts) else refused_text(result)


def came_to_venue(result: Result) -> bool:
    """Whether an order ever arrived there, whatever became of it, or is on its way at the end."""
    state = result.ran.state
    return int(state.account.arrivals) > 0 or any(int(row.state) == WORKING for row in state.parts["rows"])


def refused_text(result: Result) -> str:
    """What is to be said where orders were asked for and each was too small to be sent; else empty."""
    records, written = result.note_records, int(result.ran.state.account.notes)
    if not all_too_small([int(one.code) for one in records], written, reached=came_to_venue(result)):
        return ""
    place = len(records) - 1
    value, limit, asset = result.note_numbers(place)
    at = iso(result.notes[place].time_ms)
    return too_small_text(result.meaning_at(place), f"{plain(value)} {asset}", f"{plain(limit)} {asset}", at)


def short(value: Decimal) -> str:
    """A number to eight digits."""
    return plain(Decimal(f"{value:.8g}"))


def fee_text(result: Result, s: int) -> str:
    """Rates, the asset they are taken in, and how they are rounded."""
    one = result.plan.instruments[s]
    rates = f"{plain(one.maker_fee)} as maker and {plain(one.taker_fee)} as taker"
    if one.maker_fee == one.taker_fee:
        rates = f"{plain(one.taker_fee)} as maker and as taker"
    return f"{rates}, {fee_place(result, s)}"


def fee_place(result: Result, s: int) -> str:
    """The asset a fee is taken in and its smallest unit."""
    one, terms = result.plan.instruments[s], result.ran.state.parts["terms"][s]
    in_quote = plain(as_decimal(int(terms.quote_quantum) * result.unit))
    if one.fee_in == "quote":
        return f"in {one.quote}, rounded half up to {in_quote}"
    if one.fee_in == "base":
        in_base = plain(as_decimal(int(terms.base_quantum) * base_unit(one)))
        return f"of buys in {one.base}, rounded half up to {in_base}, of sells in {one.quote}, to {in_quote}"
    smallest = plain(result.units[s].fee_on_buy[0])
    price = plain(one.fee_asset_price or Decimal(0))
    return f"in {one.fee_asset} at {price} {one.quote}, rounded half up to {smallest}"


def short_text(one: Instrument) -> str:
    """Whether selling without holding was allowed."""
    return "allowed" if one.shortable else "not allowed: a target below zero is none"


def sizing_text(plan: Plan) -> str:
    """How large orders are, and the reserve where there is one."""
    reserve = f", with a reserve of {plain(as_decimal(RESERVE * 100))} % for fees and moves"
    if plan.sizing.kind not in RESERVED:
        return f"{plan.sizing.kind} {plain(plan.sizing.size)}"
    of = "" if plan.sizing.compounding else " of the starting capital"
    if plan.sizing.odds is not None:
        one = plan.sizing.odds
        share = f"{float(plan.sizing.share):.4f}"
        of = f"{of}, a share of {share}: win rate {one.win_rate}, payoff {one.payoff}, cap {one.cap}"
    if plan.sizing.kind == "volatility":
        of = f"{of}, moved a day by the range of {plan.sizing.period or USUAL_PERIOD} candles"
    return f"{plan.sizing.kind} {plain(plan.sizing.size)}{of}{reserve}"


def chosen(values: Any) -> str:
    """Settings that are on."""
    return ", ".join(f"{name} {plain(value)}" for name, value in values.items() if value or name.startswith("roi_"))


def indicator_text(result: Result, used: Sequence[DataUsed]) -> str:
    """Where indicators start, which is part of their values."""
    declared = result.plan.indicators()
    if not declared:
        return "none"
    if not result.market.first:
        return "start at the first candle and have no value before they have enough"
    needed = result.plan.needed
    parts = []
    for one, candles in zip(used, result.market.candles, strict=True):
        short = "" if one.warmup >= needed else f" (the rule asks for {needed:,} or more; there are no others)"
        parts.append(f"{one.symbol} at {iso(int(candles.ts[0]))}, {one.warmup:,} candles before the start{short}")
    return f"start for {'; for '.join(parts)}"


def read_text(one: ReadUsed) -> str:
    """What was read of a symbol that is not traded."""
    gaps = f"; at {one.without:,} of {one.closes:,} closes it has none, and so no value" if one.without else ""
    return f"{one.candles:,} candles of {one.timeframe}, hash {one.hash[:16]}, seen at closes of both{gaps}"


def plain(value: Decimal) -> str:
    """A number without exponent and without zeros at its end, every digit kept."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
