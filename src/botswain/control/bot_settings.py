"""A bot's settings as a person gives them, checked as far as they can be before anything runs.

Everything that a start would refuse is refused here, by the same code (`plan_of`, the strategy's own checks, the rules
of the core), and each refusal points at the field at fault. What only the venue knows comes in as arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.build.strategy_names import known_by_name, path_in
from botswain.control.capital import check_amount, check_capital, check_share
from botswain.control.config import (
    REACTIONS,
    STOP_POLICIES,
    BotConfig,
    MarketConfig,
    bot_of,
    plan_of,
    stored_form,
    windows_of,
)
from botswain.control.decimal_text import text_of
from botswain.control.holding import check_where, holding_of
from botswain.control.refusals import Wrong, pointer
from botswain.control.trading_times import checked_frequency
from botswain.control.typed_numbers import Value
from botswain.core.exit_scale import check_exit
from botswain.core.kelly import odds_of
from botswain.core.scale import LIMIT_NAMES, Sizing
from botswain.core.strategy import Data, Strategy, SymbolName
from botswain.model.bot_names import checked_bot_name
from botswain.model.errors import BadInput, near, near_symbol
from botswain.model.instrument import Instrument
from botswain.model.listing import Listing
from botswain.model.timeframe import timeframe_ms
from botswain.store.accounts import Account

T = TypeVar("T")
ROOM = 16
# A bot that has none of them goes on whatever it loses.
LOSS_LIMITS = ("max_daily_loss", "max_weekly_loss", "max_drawdown", "drawdown_pause", "drawdown_flatten")
MOST_SYMBOLS = 100
# Words a refusal begins with, and where what it is about stands.
BEGINNINGS = (
    (re.compile(r"exit (\w+)"), "exits"),
    (re.compile(r"limit (\w+)"), "limits"),
)
PLACES_OF = (
    ("sizing risk needs", ("exits", "stop_loss")),
    ("sizing", ("sizing", "kind")),
    ("size ", ("sizing", "size")),
    ("period ", ("sizing", "period")),
    ("odds ", ("sizing", "odds")),
    ("capital", ("capital",)),
    ("slippage model", ("slippage", "model")),
    ("slippage factor", ("slippage", "factor")),
    ("slippage period", ("slippage", "period")),
    ("slippage most_bps", ("slippage", "most_bps")),
    ("slippage", ("slippage_bps",)),
    ("symbols are quoted", ("symbols",)),
)


@dataclass(frozen=True)
class Checked:
    """Settings that can be run. config, market: as they are stored."""

    config: BotConfig
    market: MarketConfig
    plan: Plan
    warnings: tuple[str, ...]

    @property
    def stored(self) -> str:
        """As a bot's row has them."""
        return stored_form(self.config, self.market)


def market_of(account: Account, timeframe: str, port: int = 0) -> MarketConfig:
    """The market of an account, as a bot's settings name it."""
    return MarketConfig(
        timeframe=timeframe, venue=account.venue, environment=account.environment.value, account=account.name, port=port
    )


def checked(
    config: BotConfig,
    market: MarketConfig,
    listings: Mapping[str, Listing],
    prices: Mapping[str, Decimal | None],
) -> Checked:
    """Settings that would start. Raises Wrong with the field at fault.

    listings  what the venue lists; prices: the last one of each of the bot's symbols
    """
    pointed("/name", checked_bot_name, config.name)
    frame_ms = pointed("/timeframe", timeframe_ms, market.frame)
    check_words(config)
    checked_frequency(config.trading_frequency_s, frame_ms)
    windows_of(config.trading_window, frame_ms)
    check_where(holding_of(config.name, config.holding), market.environment)
    strategy = checked_strategy(config)
    config = replace(config, params=with_data_as_kept(config.params, strategy))
    rules = checked_symbols(config, listings)
    check_names(config)
    try:
        plan = plan_of(config, rules, frame_ms)
        new_state(plan, layout_of(strategy), ROOM, compiled=False)
    except BadInput as error:
        raise Wrong(str(error), field=field_of(str(error), strategy)) from None
    check_capital(plan)
    check_share(plan)
    check_reads(plan, listings)
    check_amount(plan, prices)
    check_pays(plan, prices)
    return Checked(config, market, plan, tuple(warnings_of(config, plan, listings)))


def pointed(field: str, check: Callable[..., T], *given: object) -> T:
    """What a check returns; its refusal points at the field."""
    try:
        return check(*given)
    except BadInput as error:
        raise Wrong(str(error), field=field) from None


def check_words(config: BotConfig) -> None:
    """Raises Wrong for a word for when to act or how to stop that means nothing."""
    for key, value, known in (("on_stop", config.on_stop, STOP_POLICIES), ("react", config.react, REACTIONS)):
        if value not in known:
            raise Wrong(f"{key} is {value!r}{near(value, known)}", field=pointer(key))


def checked_strategy(config: BotConfig) -> Strategy:
    """The strategy with its parameters. Raises Wrong."""
    cls = checked_kind(config)
    try:
        made = cls(**config.params)
    except BadInput as error:
        raise Wrong(str(error), field=parameter_in(str(error), cls)) from None
    pointed("/sizing/kind", made.check_sizing, config.sizing.kind)
    return made


def checked_kind(config: BotConfig) -> type[Strategy]:
    """The class of strategy: one with a name, because no door runs a file that a client names. Each parameter is read.

    Raises Wrong.
    """
    if path_in(config.strategy)[0] is not None:
        raise Wrong(
            f"strategy {config.strategy!r} is unknown here; a strategy of your own runs by its name where it stands in "
            "the folder of strategies, and by its path with botswain start --config",
            field="/strategy",
        )
    cls = pointed("/strategy", known_by_name, config.strategy)
    known = cls.parameters()
    for name, value in config.params.items():
        field = pointer("parameters", name)
        if name not in known:
            raise Wrong(f"strategy {config.strategy} has no parameter {name!r}{near(name, known)}", field=field)
        pointed(field, known[name].read, value)
    return cls


def with_data_as_kept(params: Mapping[str, Value], strategy: Strategy) -> dict[str, Value]:
    """Parameters, with data and symbols as one text for the same, so that the same settings are alike."""
    texts = {name for name, param in strategy.parameters().items() if isinstance(param, Data | SymbolName)}
    return {name: strategy.values[name] if name in texts else value for name, value in params.items()}


def check_reads(plan: Plan, listings: Mapping[str, Listing]) -> None:
    """Raises Wrong for a symbol to be read that the venue does not list."""
    for symbol in plan.reads:
        if symbol not in listings:
            said = f"strategy {plan.strategy.label()} reads {symbol}, and the venue does not list it"
            raise Wrong(said + nearest(symbol, listings), field=reading(symbol, plan.strategy))


def reading(symbol: str, strategy: Strategy) -> str:
    """The parameter by which a symbol is read, in whose text it stands; all of them where it is in none."""
    found = next((name for name, value in strategy.values.items() if symbol in str(value).upper()), None)
    return "/parameters" if found is None else pointer("parameters", found)


def parameter_in(message: str, cls: type[Strategy]) -> str:
    """The parameter that a message names first; all of them where it names none."""
    known = cls.parameters()
    found = next((word for word in re.findall(r"\w+", message) if word in known), None)
    return "/parameters" if found is None else pointer("parameters", found)


def checked_symbols(config: BotConfig, listings: Mapping[str, Listing]) -> dict[str, Instrument]:
    """The rules of the bot's symbols. Raises Wrong."""
    if not 1 <= len(config.symbols) <= MOST_SYMBOLS:
        raise Wrong(f"there are {len(config.symbols)} symbols; name 1 to {MOST_SYMBOLS}", field="/symbols")
    quotes = {}
    for place, symbol in enumerate(config.symbols):
        field = pointer("symbols", place)
        if symbol not in listings:
            raise Wrong(f"the venue does not list {symbol!r}{nearest(symbol, listings)}", field=field)
        if symbol in config.symbols[:place]:
            raise Wrong(f"symbol {symbol} is named twice; name it once", field=field)
        quotes[listings[symbol].instrument.quote] = field
    if len(quotes) > 1:
        raise Wrong(
            f"symbols are quoted in {', '.join(sorted(quotes))}; one bot holds one quote asset",
            field=list(quotes.values())[-1],
        )
    return {symbol: listings[symbol].instrument for symbol in config.symbols}


def nearest(symbol: str, listings: Mapping[str, Listing]) -> str:
    """The near symbol; a venue has thousands, so they are not all listed."""
    return near_symbol(symbol, listings) or "; look at the account's instruments"


def check_names(config: BotConfig) -> None:
    """Raises Wrong for exits and limits that there are not."""
    for name in config.exits:
        pointed(pointer("exits", name), check_exit, name)
    odd = next((one for one in config.limits if one not in LIMIT_NAMES), None)
    if odd is not None:
        raise Wrong(f"limit {odd!r} is unknown{near(odd, LIMIT_NAMES)}", field=pointer("limits", odd))
    kind, size = config.sizing.kind, Decimal(str(config.sizing.size))
    odds = pointed("/sizing/odds", odds_of, {name: Decimal(str(value)) for name, value in config.sizing.odds.items()})
    pointed("/sizing/kind", Sizing, kind, Decimal(1), True, odds)
    pointed("/sizing/period", Sizing, kind, Decimal(1), True, odds, config.sizing.period)
    pointed("/sizing/size", Sizing, kind, size, config.sizing.compounding, odds, config.sizing.period)


def field_of(message: str, strategy: Strategy) -> str | None:
    """Where what a refusal of the rooms below is about stands, by the words it is told in."""
    said = re.sub(r"^bot '[^']*'(, [^:]*)?: ", "", re.sub(r"^bot [^:]*: ", "", message))
    for pattern, group in BEGINNINGS:
        found = pattern.match(said)
        if found is not None:
            return pointer(group, found[1])
    for word, place in PLACES_OF:
        if said.startswith(word):
            return pointer(*place)
    return parameter_in(said, type(strategy)) if said.startswith(("parameter", "strategy")) else None


def check_pays(plan: Plan, prices: Mapping[str, Decimal | None]) -> None:
    """Have the strategy refuse symbols it cannot pay on. Raises Wrong; a symbol without a price yet is left out."""
    for one in plan.instruments:
        price = prices.get(one.symbol)
        if price is None:
            continue
        try:
            plan.check_symbol(one, price)
        except BadInput as error:
            raise Wrong(str(error), field=parameter_in(str(error), type(plan.strategy))) from None


def warnings_of(config: BotConfig, plan: Plan, listings: Mapping[str, Listing]) -> list[str]:
    """What is allowed and may not be meant."""
    found = []
    for symbol in config.symbols:
        if not listings[symbol].trading:
            found.append(f"{symbol} is not traded now ({listings[symbol].status}); its orders would be refused")
    found += [said for one in plan.instruments if (said := too_little(plan, one))]
    if all(plan.limits.get(name, 0) == 0 for name in LOSS_LIMITS):
        found.append("no limit stops it when it loses money; set max_daily_loss or max_drawdown")
    return found


def too_little(plan: Plan, one: Instrument) -> str:
    """What is said where no order could be worth the venue's least; nothing where one may be.

    The most that an order may be worth is its capital, or less where its sizing says so without a price. A ladder
    divides that among its lines, which its first orders tell.
    """
    size, most = plan.sizing.size, plan.capital
    if plan.sizing.kind in ("percent", "kelly"):
        most = min(most, most * plan.sizing.share.numerator / plan.sizing.share.denominator)
    elif plan.sizing.kind == "fixed_quote":
        most = min(most, size)
    if most >= one.min_notional:
        return ""
    return (
        f"an order in {one.symbol} could be worth {text_of(most)} {one.quote} at most, below the venue's least of "
        f"{text_of(one.min_notional)}, so it would never trade; give it more money"
    )


@lru_cache(maxsize=10_000)
def settings_of(stored: str) -> tuple[BotConfig, MarketConfig]:
    """The settings of a bot's row. Remembered, because lists are read again and again; nobody may change them."""
    return bot_of(stored)


def renamed_form(stored: str, name: str) -> str:
    """The settings of a row under another name."""
    config, market = bot_of(stored)
    return stored_form(replace(config, name=name), market)


def same_settings(stored: str, config: BotConfig, market: MarketConfig) -> bool:
    """Whether settings are those of a row, whatever the bot is called. A number is the same however it is written."""
    old, where = bot_of(stored)
    costs = {"fee": old.fee, "slippage_bps": old.slippage_bps, "slippage": old.slippage}
    new = replace(config, name=old.name, instruments=old.instruments, **costs)
    return plain(old) == plain(new) and replace(where, port=0, account=where.account_name, timeframe=where.frame) == (
        replace(market, port=0)
    )


def plain(config: BotConfig) -> dict[str, object]:
    """Settings with numbers as numbers."""
    found: dict[str, object] = {one: getattr(config, one) for one in BotConfig.__struct_fields__}
    for name in ("params", "exits", "limits"):
        values: dict[str, Value] = getattr(config, name)
        found[name] = {key: as_number(value) for key, value in values.items()}
    found["capital"] = as_number(config.capital)
    costs = config.holding
    found["holding"] = (as_number(costs.funding_rate), costs.funding_hours, as_number(costs.borrow_rate))
    odds = {key: as_number(value) for key, value in config.sizing.odds.items()}
    found["sizing"] = (
        config.sizing.kind,
        as_number(config.sizing.size),
        config.sizing.compounding,
        odds,
        config.sizing.period,
    )
    return found


def as_number(value: Value) -> object:
    """A number however it was written; other words as they are."""
    try:
        return value if isinstance(value, bool) else Decimal(str(value))
    except ArithmeticError:
        return value
