"""A market of recorded trades. Every step plays one of them: the book stands around it, and what rests there fills."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from botswain.core.scale import to_ticks
from botswain.history.grid import default_instrument
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.sandbox import streams
from botswain.sandbox.amounts import HIDDEN
from botswain.sandbox.candle_market import volume_units
from botswain.sandbox.floor import Floor
from botswain.sandbox.ladder import SHOWN_LEVELS, SHOWN_LOTS
from botswain.sandbox.pair import TRADING, Pair
from botswain.sandbox.printed import close_minutes, print_one

NEEDED = ("ts", "price", "quantity")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The trades of one symbol: times, prices in quote, quantities in base, and whether the buyer was resting."""

    symbol: str
    times: list[int]
    prices: list[float]
    qtys: list[float]
    buyer_maker: list[bool]

    def candles(self) -> Candles:
        """The prices as candles, to find their grid."""
        prices = pl.Series(self.prices).to_numpy()
        return Candles(self.symbol, "1s", pl.Series(self.times).to_numpy(), prices, prices, prices, prices, prices)


def read_trades(path: Path, symbol: str) -> Recorded:
    """A Parquet or CSV file with ts (ms), price, quantity and maybe side (buy or sell). Raises BadInput."""
    try:
        frame = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        why = str(error).splitlines()[0]
        raise BadInput(f"{path}: cannot be read as trades ({why}); give Parquet or CSV") from None
    absent = [name for name in NEEDED if name not in frame.columns]
    if absent or frame.is_empty():
        raise BadInput(f"{path}: trades need rows with ts, price, quantity; missing: {', '.join(absent) or 'rows'}")
    times = frame["ts"].to_list()
    if times != sorted(times):
        raise BadInput(f"{path}: the trades are not in order of ts; sort them")
    sides = frame["side"].to_list() if "side" in frame.columns else ["buy"] * len(times)
    return Recorded(symbol, times, frame["price"].to_list(), frame["quantity"].to_list(), [s == "sell" for s in sides])


class TradeMarket:
    """Recorded trades on one timeline; candles of a minute are made of them. fee: of symbols without an instrument."""

    base = "1m"

    def __init__(
        self, runs: Sequence[Recorded], instruments: Mapping[str, Instrument], fee: Decimal = Decimal(0)
    ) -> None:
        rules = {one.symbol: instruments.get(one.symbol) or default_instrument(one.candles(), fee) for one in runs}
        self.instruments: Sequence[Instrument] = list(rules.values())
        self.source = heapq.merge(*(timeline(one, rules[one.symbol]) for one in runs), key=lambda one: one[0])
        self.next: tuple[int, str, int, int, bool] | None = None
        self.firsts = {one.symbol: to_ticks_one(one.prices[0], rules[one.symbol]) for one in runs}

    def begin(self, floor: Floor, pairs: Mapping[str, Pair]) -> None:
        """Stand around the first trades."""
        self.floor, self.pairs = floor, pairs
        self.next = next(self.source, None)
        for symbol, pair in pairs.items():
            around(pair, self.firsts[symbol], False, 0)
            pair.ladder.take_changes()
        if self.next is not None:
            floor.market_ms = self.next[0]

    def next_ms(self) -> int | None:
        """The next trade's time."""
        return None if self.next is None else self.next[0]

    def advance(self) -> int:
        """Play one trade."""
        if self.next is None:
            return 0
        time_ms, symbol, price, qty, buyer_maker = self.next
        floor, pair = self.floor, self.pairs[symbol]
        ended = close_minutes(floor, list(self.pairs.values()), time_ms)
        floor.market_ms = time_ms
        if pair.status == TRADING:
            print_one(floor, pair, price, qty, buyer_maker)
            around(pair, price, buyer_maker, qty // pair.facts.lot)
            streams.book(floor, pair, time_ms)
            floor.settle_up()
        self.next = next(self.source, None)
        return ended


def around(pair: Pair, price: int, buyer_maker: bool, lots: int) -> None:
    """The book around a trade: its price is the best of the side that was hit, the other side is a tick away."""
    bid = price if buyer_maker else price - 1
    each = max(lots, SHOWN_LOTS)
    count = max(min(SHOWN_LEVELS, bid), 0)
    bids = [(bid - k, each * (k + 1)) for k in range(count)]
    pair.ladder.put(bids, [(bid + 1 + k, each * (k + 1)) for k in range(SHOWN_LEVELS)])


def timeline(one: Recorded, rules: Instrument) -> Iterator[tuple[int, str, int, int, bool]]:
    """The trades of a symbol, prices in ticks and quantities in units."""
    ticks = to_ticks(pl.Series(one.prices).to_numpy(), rules.tick_size, one.symbol).tolist()
    for k, time_ms in enumerate(one.times):
        yield time_ms, one.symbol, ticks[k], max(volume_units(one.qtys[k]), HIDDEN), one.buyer_maker[k]


def to_ticks_one(price: float, rules: Instrument) -> int:
    """One price in ticks."""
    return int(to_ticks(pl.Series([price]).to_numpy(), rules.tick_size, rules.symbol)[0])
