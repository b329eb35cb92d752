"""A backtesting.py strategy as a bot of ours: its next() is called at each close, its orders are slots.

The step is done in Python, called from the simulator. It is a function of numbers, so a run is known to it by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from botswain.build.strategy_file import module_of
from botswain.core.codes import CLOSE, ENDED, FILL, START
from botswain.core.strategy import Strategy, step
from botswain.core.wanted import REDUCE_ONLY
from botswain.foreign.backtesting_desk import ENTRY, GAIN, LOSS, SLOTS, Desk, Order
from botswain.foreign.backtesting_names import Data, Indicator, backtesting_contents
from botswain.foreign.backtesting_names import Strategy as Theirs
from botswain.foreign.faults import telling
from botswain.foreign.freqtrade_frames import NEAR, PLACES
from botswain.foreign.modules import StandIns
from botswain.foreign.talib_frames import talib_contents
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput, near

RUNS: dict[int, Run] = {}
# What a command asks of a slot.
OFF, MARKET, LIMIT, STOP, STOP_LIMIT = range(5)
# What is different of every such strategy.
ALWAYS_TOLD = (
    "a stop and a target of a trade rest from the candle after its first one on; backtesting.py looks for them "
    "within the first too",
    "an order for a part of the account is sized at the close that decides it, in lots and with half a percent to "
    "spare; backtesting.py sizes it at the next open, in whole units",
    "what Backtest(...) is given in the file (cash, commission, margin, exclusive_orders, ...) is not read; say "
    "--capital and --fee",
)
TAGS = ("order", "closed", "stop_loss", "take_profit")
REFUSED = ("SignalStrategy", "TrailingStrategy", "resample_apply", "FractionalBacktest", "MultiBacktest", "GOOG")


class BacktestingBot(Strategy):
    """The bot that all of them are."""

    tags = TAGS
    number: ClassVar[int] = 0

    def events(self) -> tuple[int, ...]:
        """The beginning, fills and closes."""
        return (START, FILL, CLOSE)

    def slots(self) -> int:
        """As many orders as there may be at once."""
        return SLOTS

    def derived(self) -> Mapping[str, float]:
        """Which run it is."""
        return {"run": float(self.number)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            begin(p.run)
        elif my.event == FILL:
            booked(p.run, my.slot, my.side, my.received * my.lot, my.fill_price, my.time_ms)
            told(p, my, wanted)
        else:
            for slot in range(SLOTS):
                if wanted.state(slot) == ENDED:
                    ended(p.run, slot)
                    wanted.withdraw(slot)
            called(p.run, my.time_ms, candle.close, my.equity, my.taker_fee)
            told(p, my, wanted)


def told(p, my, wanted):
    """Want what the commands say."""
    for k in range(SLOTS * 4):
        if k >= commands(p.run):
            break
        slot, what, side, qty = command(p.run, k, 0), command(p.run, k, 1), command(p.run, k, 2), command(p.run, k, 3)
        if what == OFF:
            wanted.withdraw(slot)
        else:
            if command(p.run, k, 8) > 0.0:
                wanted.renew(slot)
            if what == MARKET:
                wanted.market(slot, side, qty)
            elif what == LIMIT:
                wanted.limit(slot, side, command(p.run, k, 4), qty)
            elif what == STOP:
                wanted.stop(slot, side, command(p.run, k, 5), qty)
            else:
                wanted.stop_limit(slot, side, command(p.run, k, 5), command(p.run, k, 4), qty)
            wanted.flags(slot, REDUCE_ONLY if command(p.run, k, 7) > 0.0 else 0)
            wanted.tag(slot, command(p.run, k, 6))
    clear(p.run)


@dataclass(slots=True)
class Run:
    """One run of a file's strategy."""

    loaded: Loaded
    candles: Candles
    strategy: Any = None
    desk: Any = None
    first: int = 0
    growing: tuple[tuple[str, Any], ...] = ()
    numbers: tuple[tuple[float, ...], ...] = ()
    ahead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's class, and the modules that are stood in for."""

    path: Path
    cls: Any
    modules: StandIns


def load(path: Path, wanted: str, params: Mapping[str, str]) -> Loaded:
    """The strategy of a file with its parameters set. Raises BadInput."""
    modules = StandIns(backtesting_contents() | talib_contents(), missing)
    with modules.in_place():
        found = vars(module_of(path))
    own = {
        name: one
        for name, one in found.items()
        if isinstance(one, type) and issubclass(one, Theirs) and one is not Theirs
    }
    bases = {base for one in own.values() for base in one.__mro__[1:]}
    last = {name: one for name, one in own.items() if one not in bases}
    if wanted and wanted not in own:
        raise BadInput(f"{path} has no strategy {wanted!r}{near(wanted, own)}")
    if not wanted and len(last) != 1:
        more = f"{len(last)} strategies ({', '.join(last)}); name one, as {path}:NAME" if last else "no strategy"
        raise BadInput(f"{path} has {more}; a strategy is a class that derives from backtesting's Strategy")
    cls = own[wanted] if wanted else next(iter(last.values()))
    for name, text in params.items():
        before = getattr(cls, name, None)
        if name.startswith("_") or not isinstance(before, bool | int | float | str):
            raise BadInput(f"{cls.__name__} has no parameter {name!r}; a parameter is a number or text of the class")
        try:
            value = text.lower() in ("true", "1", "yes", "on") if isinstance(before, bool) else type(before)(text)
        except ValueError:
            raise BadInput(f"parameter {name} is {text!r}; write one like {before!r}") from None
        setattr(cls, name, value)
    return Loaded(path, cls, modules)


def missing(name: str) -> Exception:
    """What is said of an import that nothing stands in for."""
    return BadInput(
        f"it imports {name}, which Botswain does not stand in for (nor {', '.join(REFUSED)}); take the import out"
    )


def bot_of(path: Path, wanted: str, candles: Candles, params: Mapping[str, str], *, peeking: bool) -> BacktestingBot:
    """The bot of a file. Raises BadInput, also where its indicators look ahead, unless `peeking`."""
    loaded = load(path, wanted, params)
    run = Run(loaded, candles)
    start(run)
    run.ahead = looking_ahead(run)
    if run.ahead and not peeking:
        raise BadInput(
            f"{path}: the indicator {run.ahead[0]} looks ahead (it is another when later candles are not there yet). "
            "What it earns in a backtest nobody can earn; compute it of closed candles, or run it all the same with "
            "--peeking"
        )
    number = max(RUNS, default=0) + 1
    RUNS[number] = run
    words = {
        "name": loaded.cls.__name__,
        "__module__": __name__,
        "__doc__": loaded.cls.__doc__ or f"{loaded.cls.__name__}, a strategy written for backtesting.py.",
        "number": number,
    }
    return type(loaded.cls.__name__, (BacktestingBot,), words)()  # type: ignore[no-any-return]


def start(run: Run) -> None:
    """Make the strategy anew and have it compute its indicators."""
    columns = {name.capitalize(): np.array(getattr(run.candles, name)) for name in COLUMNS}
    frame = pd.DataFrame(columns, index=pd.to_datetime(run.candles.ts, unit="ms"))
    run.desk = Desk(frame.index)
    run.strategy = run.loaded.cls.__new__(run.loaded.cls)
    run.strategy._desk = run.desk
    run.strategy.data = Data(frame)
    with run.loaded.modules.in_place(), telling(run.loaded.path):
        run.strategy.init()
    attributes = vars(run.strategy).items()
    run.growing = tuple((name, one) for name, one in attributes if isinstance(one, Indicator))
    empty = [np.isnan(one.astype(np.float64)).argmin(axis=-1).max() for one in run.desk.indicators]
    run.first = 1 + int(max(empty, default=0))


def looking_ahead(run: Run) -> tuple[str, ...]:
    """The names of the indicators that are others when later candles are not there."""
    found: dict[str, None] = {}
    for place in PLACES:
        count = int(len(run.candles) * place)
        if count <= run.first:
            continue
        part = Run(run.loaded, run.candles.slice(0, count))
        start(part)
        for one, whole in zip(part.desk.indicators, run.desk.indicators, strict=False):
            there = np.asarray(whole, np.float64)[..., :count]
            if not np.allclose(np.asarray(one, np.float64), there, rtol=NEAR, atol=0.0, equal_nan=True):
                found[one.name] = None
    return tuple(found)


def ahead_of(bot: BacktestingBot) -> tuple[str, ...]:
    """The indicators of a bot that look ahead: only where somebody wanted it all the same there are any."""
    return RUNS[bot.number].ahead


def begin(number: float) -> None:
    """A run begins: nothing of an earlier pass is kept."""
    start(RUNS[int(number)])


def called(number: float, time_ms: float, close: float, equity: float, fee: float) -> None:
    """Call next() for the candle that closed at a time."""
    run = RUNS[int(number)]
    seen = int(np.searchsorted(run.candles.ts, time_ms))
    desk = run.desk
    desk.close, desk.equity, desk.fee, desk.bar = close, equity, fee, seen - 1
    if seen - 1 < run.first:
        return
    run.strategy.data.seen = seen
    for name, one in run.growing:
        setattr(run.strategy, name, one[..., :seen])
    with run.loaded.modules.in_place(), telling(run.loaded.path):
        run.strategy.next()
    settle(run)


def booked(number: float, slot: Any, side: Any, qty: float, price: float, time_ms: float) -> None:
    """Book a fill."""
    run = RUNS[int(number)]
    bar = int(np.searchsorted(run.candles.ts, time_ms))
    run.desk.filled(int(slot), int(side), abs(qty), price, bar)
    settle(run)


def ended(number: float, slot: Any) -> None:
    """An order was ended by the venue."""
    RUNS[int(number)].desk.ended(int(slot))


def settle(run: Run) -> None:
    """Put the commands into numbers; of a slot only the last one counts."""
    last: dict[int, Order | None] = {}
    for slot, one in run.desk.commands:
        last[slot] = one
    run.numbers = tuple(numbers_of(slot, one) for slot, one in last.items())
    run.desk.commands.clear()


def numbers_of(slot: int, one: Order | None) -> tuple[float, ...]:
    """slot, what, side, quantity, limit, trigger, tag, reduce-only, whether it begins anew."""
    if one is None:
        return (slot, OFF, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    what = MARKET if one.limit is None and one.stop is None else STOP if one.limit is None else LIMIT
    if one.limit is not None and one.stop is not None:
        what = STOP_LIMIT
    tag = {LOSS: 2, GAIN: 3}.get(one.what, 0 if one.what == ENTRY else 1)
    return (slot, what, one.side, one.size, one.limit or 0.0, one.stop or 0.0, tag, one.what != ENTRY, 1.0)


def commands(number: float) -> int:
    """How many there are."""
    return len(RUNS[int(number)].numbers)


def command(number: float, k: int, place: int) -> float:
    """A number of one of them."""
    return RUNS[int(number)].numbers[k][place]


def clear(number: float) -> None:
    """They are done."""
    RUNS[int(number)].numbers = ()
