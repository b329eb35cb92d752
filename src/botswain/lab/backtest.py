"""`backtest(...)`: the library's front door to one run.

It takes what a person has (a name, a file or candles, numbers as text) and turns it once into the checked values
below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from botswain.build.plan import Plan
from botswain.build.strategy_names import strategy_named
from botswain.control.trading_hours import boundaries, check_years, window_of
from botswain.control.trading_times import TradingWindow, checked_frequency
from botswain.core.indicators import columns
from botswain.core.kelly import odds_of
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.history.grid import default_instrument
from botswain.lab.actions import actions_on
from botswain.lab.charges import FROM_EVER, charges_on, constant_borrow
from botswain.lab.coarser import coarser
from botswain.lab.finer import check_pieces
from botswain.lab.market import Market, ground_of, market_of, on_finer
from botswain.lab.reads import Reads, with_reads
from botswain.lab.result import Result
from botswain.lab.run import ColumnsOf, Compiling, Progress, Ran, run
from botswain.lab.span import Instant, span_of, spanned
from botswain.lab.tape import on_tape, own_of
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.depth import Depth
from botswain.model.errors import BadInput
from botswain.model.instrument import USUAL_FEE, Instrument
from botswain.model.slippage import FIXED, Slippage, check_words
from botswain.model.timeframe import TICK, timeframe_ms
from botswain.model.trades import NEXT, USUAL_TIMEFRAME, OnTrades, Trades

Number = str | int | float | Decimal
Borrow = Number | Mapping[str, Number] | Iterable[BorrowRate]
Sources = Candles | Trades | Mapping[str, Candles]


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is made, beside what it decides.

    curve       an equity curve too
    compiled    in machine code
    folder      where that is kept; None: nowhere, or with `botswain.backtest` and the like where the settings say
    compiling   entered, with the strategy's name, around a run that must be compiled first
    background  a process may be left behind that compiles the faster form for later runs (docs/decisions/0004)
    progress    told how far the run is, from 0 to 1
    columns_of  makes the columns of indicators, where many runs share them
    runs        makes the run of a plan over a market with these options
    """

    curve: bool = True
    compiled: bool = True
    folder: Path | None = None
    compiling: Compiling | None = None
    background: bool = False
    progress: Progress | None = None
    columns_of: ColumnsOf = columns
    runs: Callable[..., Ran] = run


def backtest(
    strategy: str | Strategy | type[Strategy],
    candles: Sources,
    *,
    params: Mapping[str, Any] | None = None,
    instrument: Instrument | Mapping[str, Instrument] | None = None,
    capital: Number = 10_000,
    fee: Number | None = None,
    slippage_bps: Number = 0,
    slippage: str | Mapping[str, Number] = FIXED,
    sizing: str = "percent",
    size: Number = 1,
    compounding: bool = True,
    odds: Mapping[str, Number] | None = None,
    period: int = 0,
    exits: Mapping[str, Number] | None = None,
    limits: Mapping[str, Number] | None = None,
    fill: str = "touch",
    window: str | TradingWindow | None = None,
    trading_frequency: int = 0,
    timeframe: str | None = None,
    meets: str = NEXT,
    latency_ms: int = 0,
    participation: Number = 0,
    depth: Depth | None = None,
    actions: Iterable[ShareAction] = (),
    funding: Iterable[FundingRate] = (),
    borrow: Borrow = 0,
    reads: Reads = None,
    start: Instant = None,
    end: Instant = None,
    options: Options | None = None,
) -> Result:
    """Run a strategy over candles, or over recorded trades, and return what happened.

    strategy    a shipped bot's name, a Strategy class, or an instance (then params must be empty)
    candles     one symbol's Candles, or several by symbol, sharing one account; or one symbol's Trades
    instrument  the symbol's rules, or several by symbol; without it: tick from the data, lot 1e-8
    slippage    a model, or {"model": "impact", "factor": 0.8, "period": 50, "most_bps": 500}; rules.md section 4
    size        by sizing, odds and period (docs/rules.md section 5); compounding: it grows with what was earned
    capital, fee  cash in quote; a fraction, as maker and taker, None: what the instrument says, 0.001 without one
    exits, limits  by name (docs/rules.md sections 6 and 7); exits are parts of the entry price. fill: touch or through
    window      when to open positions, as "09:30-16:00 America/New_York mon-fri", or a TradingWindow; None: always
    trading_frequency  decide every so many seconds too, on the candle that forms; 0: at closes only
    timeframe   decided on, where `candles` are finer (with a frequency those meet the orders) or trades (1m, or `tick`)
    meets, latency_ms, participation  on trades only, how orders meet them (OnTrades); depth: the book beside them
    actions     splits and dividends of these symbols (docs/rules.md section 11); on candles that are decided on only
    funding, borrow  what holding costs (section 12; not on trades); shorts pay 0.03 a year, by symbol, or by times
    reads       candles of symbols that indicators read (`other`) and nobody trades: one symbol's, or several by symbol
    start, end  ISO dates (UTC) or milliseconds: decisions begin at start, indicators at the anchor before; without end

    Raises BadInput with the value and what to do for anything that cannot be run.
    """
    made, span = made_strategy(strategy, dict(params or {})), span_of(start, end)
    on_trades = meeting_of(candles, meets, latency_ms, participation, depth)
    every, own, finer = known_candles(candles, timeframe, trading_frequency)
    sized = Sizing(sizing, decimal_of("size", size), compounding, odds_of(numbers_of("odds", odds)), period)
    rules = instruments_of(every, instrument, None if fee is None else decimal_of("fee", fee))
    market = market_of(spanned(own, span, made, sized), rules, span.start_ms)
    market = with_reads(market, reads, made, span, sized, timeframe)
    market = charged(met_by(market, finer, trading_frequency, on_trades, tuple(actions), depth), funding, borrow)
    plan = Plan(
        strategy=made,
        capital=decimal_of("capital", capital),
        sizing=sized,
        slippage=slippage_of(slippage_bps, slippage),
        fill=fill,
        **risk_of(exits, limits) | hours_of(window, market) | ways_of(market, trading_frequency, on_trades),
    )
    return Result(plan, market, ran(plan, market, options or Options()))


def ran(plan: Plan, market: Market, how: Options) -> Ran:
    """The run, made so."""
    return how.runs(plan, market, **{one.name: getattr(how, one.name) for one in fields(how) if one.name != "runs"})


def ways_of(market: Market, frequency_s: int, on_trades: OnTrades | None) -> dict[str, Any]:
    """Of a plan what is so by its market."""
    actions = market.actions
    return {
        "instruments": market.instruments,
        "timeframe_ms": market.timeframe_ms,
        "frequency_ms": frequency_s * 1_000 if market.finer is not None else 0,
        "on_trades": on_trades,
        "actions": actions is not None,
        "splits": actions is not None and any(one.split != 1 for one in actions.placed),
        "charges": market.charges is not None,
    }


def meeting_of(
    given: Any, meets: str, latency_ms: int, participation: Number, depth: Depth | None = None
) -> OnTrades | None:
    """How orders meet trades, where the market is a tape of those. Raises BadInput where it is asked of candles."""
    on = OnTrades(meets, latency_ms, decimal_of("participation", participation), depth is not None)
    if isinstance(given, Trades):
        if depth is not None and depth.symbol != given.symbol:
            raise BadInput(f"depth is of {depth.symbol} and the trades are of {given.symbol}; give both of one symbol")
        return on
    if on != OnTrades():
        raise BadInput("meets, latency, participation and depth are of runs on trades; give trades, or leave them out")
    return None


def slippage_of(bps: Number, given: str | Mapping[str, Number]) -> Slippage:
    """How much worse orders by the market fill. Raises BadInput."""
    words = {"model": given} if isinstance(given, str) else dict(given)
    check_words(words)
    period = words.get("period", 0)
    if not isinstance(period, int):
        raise BadInput(f"slippage period is {period!r}; write a whole number of candles, such as 20")
    factor, most = (decimal_of(f"slippage {name}", words.get(name, 0)) for name in ("factor", "most_bps"))
    return Slippage(decimal_of("slippage_bps", bps), str(words.get("model", FIXED)), factor, period, most)


def numbers_of(what: str, given: Mapping[str, Number] | None) -> dict[str, Decimal]:
    """Numbers by name as exact decimals."""
    return {name: decimal_of(f"{what} {name}", value) for name, value in (given or {}).items()}


def risk_of(exits: Mapping[str, Number] | None, limits: Mapping[str, Number] | None) -> dict[str, Any]:
    """Of a plan what protects its money."""
    return {"exits": numbers_of("exit", exits), "limits": numbers_of("limit", limits)}


def hours_of(given: str | TradingWindow | None, market: Market) -> dict[str, Any]:
    """Of a plan when positions may be opened, for the candles of a market, and what is done at the end of that.

    Raises BadInput where that is not known, or never.
    """
    if given is None:
        return {}
    window = window_of(given) if isinstance(given, str) else given
    times = boundaries(window, market.timeframe_ms)
    if len(market.instants):
        check_years(window, int(market.instants[0]), int(market.instants[-1]) + market.timeframe_ms)
    return {"windows": times, "at_end": window.at_end}


def met_by(
    market: Market,
    finer: Mapping[str, Candles],
    frequency_s: int,
    on_trades: OnTrades | None,
    actions: tuple[ShareAction, ...],
    depth: Depth | None = None,
) -> Market:
    """A market with what orders are met by in it (finer candles, or trades) and what companies do to their shares.

    Raises BadInput where that cannot be done here.
    """
    if actions and (finer or on_trades is not None):
        raise BadInput(
            "splits and dividends are given to a run whose orders meet finer candles or trades; leave out the trading "
            "frequency or the trades, or the actions"
        )
    if finer:
        market = on_finer(market, finer, frequency_s * 1_000)
    elif frequency_s:
        market = replace(market, wished_s=frequency_s)
    if actions:
        found = actions_on(actions, market.instruments, market.candles, market.times, market.first)
        market = replace(market, actions=found)
    return market if on_trades is None else on_tape(market, on_trades, depth)


def charged(market: Market, funding: Iterable[FundingRate], borrow: Borrow = 0) -> Market:
    """A market with what holding costs in it. Raises BadInput where that cannot be done here."""
    fundings, fees = tuple(funding), borrow_of(borrow, market.instruments)
    if not fundings and not fees:
        return market
    ground = ground_of(market)
    if ground.candles[0].timeframe == TICK:
        what = " and ".join(name for name, one in (("funding", fundings), ("borrow fees", fees)) if one)
        raise BadInput(f"a run on trades knows no {what}; run it on candles, or leave it out")
    return replace(market, charges=charges_on(ground, fundings, fees))


def borrow_of(given: Borrow, instruments: tuple[Instrument, ...]) -> tuple[BorrowRate, ...]:
    """Borrow rates as they are given: of all symbols, by symbol, or from times on. Raises BadInput."""
    if isinstance(given, Mapping):
        rates = {symbol: decimal_of(f"borrow of {symbol}", rate) for symbol, rate in given.items()}
        return tuple(BorrowRate(symbol, FROM_EVER, rate) for symbol, rate in rates.items())
    if isinstance(given, str | int | float | Decimal):
        return constant_borrow(decimal_of("borrow", given), instruments)
    return tuple(given)


def known_candles(
    given: Sources, timeframe: str | None, frequency_s: int
) -> tuple[dict[str, Candles], dict[str, Candles], dict[str, Candles]]:
    """All candles that are given (trades as such), those that are decided on, and the former where orders meet them."""
    if isinstance(given, Trades):
        frame, ticks = timeframe or USUAL_TIMEFRAME, given.candles()
        every = {given.symbol: ticks}
        return every, {given.symbol: own_of(ticks, frame, frequency_s)}, every if frame != TICK else {}
    every = {given.symbol: given} if isinstance(given, Candles) else dict(given)
    own, finer = own_candles(every, timeframe, frequency_s)
    return every, own, every if finer else {}


def own_candles(
    given: Mapping[str, Candles], timeframe: str | None, frequency_s: int
) -> tuple[dict[str, Candles], bool]:
    """The candles that are decided on, and whether orders are met by those given, which are finer. Raises BadInput."""
    own = {
        symbol: one if timeframe is None or timeframe == one.timeframe or not len(one) else coarser(one, timeframe)
        for symbol, one in given.items()
    }
    longest = max((timeframe_ms(one.timeframe) for one in own.values()), default=0)
    checked_frequency(frequency_s, longest)
    finer = frequency_s > 0 and any(own[symbol] is not one for symbol, one in given.items())
    if finer:
        check_pieces(given, timeframe or "", frequency_s * 1_000)
    return own, finer


def made_strategy(strategy: str | Strategy | type[Strategy], params: dict[str, Any]) -> Strategy:
    """An instance with its parameters read and checked."""
    if isinstance(strategy, Strategy):
        if params:
            raise BadInput(f"params {sorted(params)} were given beside an instance; give them when making it")
        return strategy
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    return cls(**params)


def instruments_of(
    runs: Mapping[str, Candles], given: Instrument | Mapping[str, Instrument] | None, fee: Decimal | None
) -> dict[str, Instrument]:
    """The rules of every symbol: those given, or the defaults of SEMANTICS 4.8. A fee said apart replaces theirs.

    A tick that is not given is that of all candles, used or not.
    """
    if isinstance(given, Instrument):
        given = {given.symbol: given}
    found = {}
    for symbol, one in runs.items():
        if given is None:
            found[symbol] = default_instrument(one, USUAL_FEE if fee is None else fee)
        elif symbol in given:
            rules = given[symbol]
            found[symbol] = rules if fee is None else replace(rules, maker_fee=fee, taker_fee=fee)
        else:
            raise BadInput(f"no instrument was given for {symbol}; there is one for {', '.join(sorted(given))}")
    return found


def decimal_of(what: str, value: Number) -> Decimal:
    """A number a person wrote, exactly as written. Raises BadInput where it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise BadInput(f"{what} is {value!r}; write a number") from None
    if not number.is_finite():
        raise BadInput(f"{what} is {value!r}; write a finite number")
    return number
