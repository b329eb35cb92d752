"""CONFIG.yaml of `botswain trade`: the market and the bots on it, checked word by word.

Every key is known or refused with the near one; numbers keep the decimals they were written with.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

from botswain.build.plan import Plan
from botswain.build.strategy_names import path_in, strategy_named
from botswain.control.holding import HoldingConfig, check_where, holding_of
from botswain.control.paper_accounts import PaperConfig, terms_of
from botswain.control.share_actions import ActionConfig, actions_of, with_actions_read
from botswain.control.trading_hours import boundaries, check_closes
from botswain.control.trading_times import TradingWindow, checked_frequency, checked_window
from botswain.control.typed_numbers import Value, number
from botswain.core.indicators import symbols_of
from botswain.core.kelly import odds_of
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.history.yaml_once import Once
from botswain.model.errors import BadInput, near, near_symbol
from botswain.model.instrument import Instrument
from botswain.model.news import POLICIES
from botswain.model.slippage import Slippage
from botswain.model.timeframe import timeframe_ms


class MarketConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The market: a seed for one made up, files to replay by symbol, or a venue.

    timeframe    of a made-up market or a venue's (1m where it is not given); files must have it where it is given
    prices       starting price of each symbol of a made-up market, in quote
    volatility   standard deviation of a year's log return of a made-up market
    candles      how many candles a made-up market has; 0: without end
    venue        its name, such as binance; environment: sandbox, test or live, or paper: an account without a key
    account      whose money: the account's name, main where it is not given
    port         of a sandbox on this machine; 0: the usual one
    paper        what a new paper account begins with, and whose prices it is traded by
    """

    timeframe: str = ""
    seed: int | None = None
    prices: dict[str, Value] = {}
    volatility: float = 0.8
    candles: int = 0
    replay: dict[str, str] = {}
    venue: str = ""
    environment: str = ""
    account: str = ""
    port: int = 0
    paper: PaperConfig | None = None

    @property
    def frame(self) -> str:
        """The timeframe of a made-up market or a venue's."""
        return self.timeframe or "1m"

    @property
    def account_name(self) -> str:
        """The account at a venue."""
        return self.account or "main"


class SizingConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How large: docs/rules.md section 5."""

    kind: str = "percent"
    size: Value = 1
    compounding: bool = True
    odds: dict[str, Value] = {}
    period: int = 0


class SlippageConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """By which model orders by the market fill worse: docs/rules.md section 4. A factor of 0 and such: as usual."""

    model: str = "fixed"
    factor: Value = 0
    period: int = 0
    most_bps: Value = 0


class BotConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One bot: on paper with an account of its own, at a venue on the market's account.

    strategy  as everywhere (build.strategy_names): a name, or FILE.py[:CLASS]
    on_stop   at a venue: what becomes of its orders when it is stopped, a word of STOP_POLICIES
    react     at a venue: at_once acts on a fill when it comes, at_close at the next close, as in a backtest
    trading_frequency_s  at a venue: decide so often between closes too, on the candle that forms; 0: at closes only
    trading_window       when it may open positions; None: always
    holding   on a market that is made up or replayed, or a paper account: what holding a position costs
    actions   on a market that is made up or replayed: by symbol, what is done to its shares; in the file its file
    """

    name: str
    strategy: str
    symbols: list[str]
    params: dict[str, Value] = {}
    capital: Value = 10_000
    fee: Value = "0.001"
    slippage_bps: Value = 0
    slippage: SlippageConfig = SlippageConfig()
    sizing: SizingConfig = SizingConfig()
    exits: dict[str, Value] = {}
    limits: dict[str, Value] = {}
    instruments: dict[str, dict[str, Value]] = {}
    on_stop: str = "cancel_entries"
    react: str = "at_once"
    trading_frequency_s: int = 0
    trading_window: TradingWindow | None = None
    holding: HoldingConfig = HoldingConfig()
    actions: dict[str, list[ActionConfig]] = {}


class TradeConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The whole file."""

    market: MarketConfig = MarketConfig()
    bots: list[BotConfig]


def read_config(path: Path) -> TradeConfig:
    """Read and check a file. Raises BadInput naming the key or value at fault."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"configuration {path} is not text: byte {error.object[error.start]:#04x} at {error.start} is not UTF-8; "
            "name a YAML file"
        ) from None
    except OSError as error:
        raise BadInput(f"configuration {path} cannot be read ({error.strerror}); name an existing file") from None
    try:
        plain = yaml.load(text, TextNumbers)  # a SafeLoader
    except yaml.constructor.ConstructorError as error:
        raise BadInput(f"configuration {path}: {str(error).splitlines()[0]}{place_of(error)}") from None
    except yaml.YAMLError as error:
        raise BadInput(f"configuration {path} is not YAML: {str(error).splitlines()[0]}{place_of(error)}") from None
    check_keys(plain, TradeConfig, str(path))
    plain = with_data_as_text(plain, path)
    try:
        config = msgspec.convert(plain, TradeConfig, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"configuration {path}: {explained(str(error), plain)}") from None
    check_config(config, path)
    bots = [placed(bot, path.parent) for bot in config.bots]
    return msgspec.structs.replace(config, bots=bots)


def with_data_as_text(plain: Any, path: Path) -> Any:
    """The file's content with parameters that are data, such as rules, as the text that they are kept as, and with

    what is in files of splits and dividends.
    """
    bots = plain.get("bots")
    if not isinstance(bots, list):
        return plain
    try:
        return {**plain, "bots": [with_actions_read(with_texts(bot), path.parent) for bot in bots]}
    except BadInput as error:
        raise BadInput(f"configuration {path}: {error}") from None


def with_texts(bot: dict[str, Any]) -> dict[str, Any]:
    """One bot's part of it."""
    params = bot.get("params")
    if not isinstance(params, dict):
        return bot
    made = {
        key: json.dumps(value, default=str) if isinstance(value, dict | list) else value
        for key, value in params.items()
    }
    return {**bot, "params": made}


def placed(bot: BotConfig, folder: Path) -> BotConfig:
    """A bot whose strategy's path, if it is one, is named in full: relative ones are meant from the configuration."""
    path, cls = path_in(bot.strategy)
    if path is None:
        return bot
    whole = (folder / path.expanduser()).resolve()
    return msgspec.structs.replace(bot, strategy=f"{whole}{f':{cls}' if cls else ''}")


class TextNumbers(Once):
    """YAML whose decimal numbers stay as written, so that 0.1 is 0.1."""


def as_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    """A number as its text."""
    return str(loader.construct_scalar(node))


TextNumbers.add_constructor("tag:yaml.org,2002:float", as_text)


def place_of(error: yaml.YAMLError) -> str:
    """The line of a YAML error, if it has one."""
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark is not None else ""


def explained(message: str, plain: Any) -> str:
    """What was found where something else must stand, from a complaint such as: Expected `X`, got `Y` - at `$.a[0]`."""
    wanted = re.search("Expected `([^`]*)`", message)
    place = re.search(r"at `\$\.?([^`]*)`", message)
    missing = re.search("missing required field `([^`]*)`", message)
    path = re.findall(r"[^.\[\]]+", place[1]) if place else []
    words = [f"{int(one) + 1}" if one.isdigit() else one for one in path if one != "..."]
    if missing:
        return f"{' '.join([*words, ''])}has no {missing[1]!r}; write {missing[1]}: ..."
    if wanted is None or "..." in path:
        return message
    found = plain
    for one in path:
        found = found[int(one)] if isinstance(found, list) else found[one]
    kinds = [KIND_WORDS.get(one, one) for one in wanted[1].split(" | ")]
    return f"{' '.join(words)} is {as_found(found)}; write {' or '.join(dict.fromkeys(kinds))}"


def as_found(plain: Any) -> str:
    """What stands in a file where something else should."""
    return "nothing" if plain is None else repr(plain)


KIND_WORDS = {
    "array": "a list such as [a, b]",
    "object": "names with values",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
}


def check_keys(plain: Any, kind: type[msgspec.Struct], where: str) -> None:
    """Refuse unknown keys, naming the near one, before types are looked at."""
    fields = msgspec.structs.fields(kind)
    known = {one.name: one.type for one in fields}
    if not isinstance(plain, dict):
        first = next((one.name for one in fields if one.required), fields[0].name)
        raise BadInput(
            f"configuration {where}: expected names with values, found {as_found(plain)}; write {first}: ..."
        )
    for key, value in plain.items():
        if key not in known:
            raise BadInput(f"configuration {where}: key {key!r} is unknown{near(str(key), known)}")
        inner = STRUCTS.get((kind, key))
        if inner is not None:
            parts = value if isinstance(value, list) else [value]
            for number, part in enumerate(parts, 1):
                check_keys(part, inner, f"{where}, {key}{f' {number}' if isinstance(value, list) else ''}")


STRUCTS: dict[tuple[type[msgspec.Struct], str], type[msgspec.Struct]] = {
    (TradeConfig, "market"): MarketConfig,
    (TradeConfig, "bots"): BotConfig,
    (MarketConfig, "paper"): PaperConfig,
    (BotConfig, "sizing"): SizingConfig,
    (BotConfig, "slippage"): SlippageConfig,
    (BotConfig, "holding"): HoldingConfig,
    (BotConfig, "trading_window"): TradingWindow,
}


def check_config(config: TradeConfig, path: Path) -> None:
    """What one key alone cannot say."""
    if not config.bots:
        raise BadInput(f"configuration {path} has no bots; list at least one under bots")
    names = [one.name for one in config.bots]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"configuration {path}: bot name {twice!r} is used twice; give every bot its own")
    try:
        check_market(config.market)
    except BadInput as error:
        raise BadInput(f"configuration {path}, {error}") from None
    for bot in config.bots:
        check_words(bot, path, config.market)
        if not bot.symbols:
            raise BadInput(f"configuration {path}: bot {bot.name!r} has no symbols")
        twice = next((one for one in bot.symbols if bot.symbols.count(one) > 1), None)
        if twice is not None:
            raise BadInput(f"configuration {path}: bot {bot.name!r} names symbol {twice} twice")


def check_words(bot: BotConfig, path: Path, market: MarketConfig) -> None:
    """Refuse words for when to act and how to stop, and times, that mean nothing."""
    for key, value, known in (("on_stop", bot.on_stop, STOP_POLICIES), ("react", bot.react, REACTIONS)):
        if value not in known:
            raise BadInput(f"configuration {path}: bot {bot.name!r}: {key} is {value!r}{near(value, known)}")
    try:
        checked_frequency(bot.trading_frequency_s, timeframe_ms(market.frame))
        if bot.trading_frequency_s and not market.venue:
            raise BadInput(
                f"trading_frequency_s is {bot.trading_frequency_s}, and a market that is made up or replayed has "
                "closed candles only; trade at a venue, such as botswain sandbox, or write 0"
            )
        checked_window(bot.trading_window)
        costs = holding_of(bot.name, bot.holding)
        if market.venue:
            check_where(costs, market.environment)
            if bot.actions:
                raise BadInput(NO_ACTIONS)
    except BadInput as error:
        raise BadInput(f"configuration {path}: bot {bot.name!r}: {error}") from None


NO_ACTIONS = (
    "actions of shares are done on a market that is made up or replayed, and no venue that is reached trades shares; "
    "leave actions out"
)
STOP_POLICIES = POLICIES
AT_CLOSE = "at_close"
REACTIONS = ("at_once", AT_CLOSE)
ENVIRONMENTS = ("sandbox", "test", "live", "paper")


def check_venue(market: MarketConfig) -> None:
    """Refuse a venue beside a made-up or replayed market, and one that is named by half."""
    if not market.venue:
        stray = next((one for one in ("environment", "account", "port", "paper") if getattr(market, one)), None)
        if stray is not None:
            raise BadInput(f"market: {stray} is {getattr(market, stray)!r} but there is no venue; write venue: binance")
        return
    default = MarketConfig()
    paper = ("seed", "prices", "volatility", "candles", "replay")
    beside = next((one for one in paper if getattr(market, one) != getattr(default, one)), None)
    if beside is not None:
        raise BadInput(f"market: {beside} and venue exclude each other; give one of them")
    if market.environment not in ENVIRONMENTS:
        raise BadInput(
            f"market: environment is {market.environment!r}; write sandbox (botswain sandbox), test (the venue's test "
            "network), live (real money) or paper (an account of ours at the venue's prices)"
        )
    if market.paper is not None and market.environment != "paper":
        raise BadInput(f"market: paper is given, but environment is {market.environment!r}; write environment: paper")
    if market.paper is not None:
        terms_of(market.paper)
    if market.port and market.environment != "sandbox":
        raise BadInput(f"market: port is {market.port}, which only a sandbox has; leave it out")
    if not 0 <= market.port < 1 << 16:
        raise BadInput(f"market: port is {market.port}; write the port of botswain sandbox, 1 to 65535")


def check_market(market: MarketConfig) -> None:
    """Refuse words and numbers of a market that mean nothing."""
    check_venue(market)
    timeframe_ms(market.frame)
    if market.seed is not None and market.replay:
        raise BadInput(
            f"market: seed is {market.seed} and replay names {', '.join(market.replay)}; a market is one or the other: "
            "leave one of them out"
        )
    if market.seed is not None and market.seed < 0:
        raise BadInput(f"market: seed is {market.seed}; write 0 or more")
    if market.candles < 0:
        raise BadInput(f"market: candles is {market.candles}; write 0 (without end) or more")
    if not 0 <= market.volatility < MOST_VOLATILITY:
        raise BadInput(
            f"market: volatility is {market.volatility}; write the standard deviation of a "
            f"year's return, from 0 to below {MOST_VOLATILITY}, such as 0.8"
        )


MOST_VOLATILITY = 100


def sizing_of(bot: BotConfig) -> Sizing:
    """How large a bot's positions are. Raises BadInput."""
    given = bot.sizing
    odds = {name: number(f"bot {bot.name}: odds {name}", value) for name, value in given.odds.items()}
    return Sizing(
        given.kind, number(f"bot {bot.name}: size", given.size), given.compounding, odds_of(odds), given.period
    )


def slippage_of(bot: BotConfig) -> Slippage:
    """How much worse a bot's orders by the market fill, where its venue is in the engine. Raises BadInput."""
    given = bot.slippage
    factor, most, bps = (
        number(f"bot {bot.name}: {what}", value)
        for what, value in (
            ("slippage factor", given.factor),
            ("slippage most_bps", given.most_bps),
            ("slippage_bps", bot.slippage_bps),
        )
    )
    return Slippage(bps, given.model, factor, given.period, most)


def plan_of(bot: BotConfig, instruments: dict[str, Instrument], frame_ms: int) -> Plan:
    """A bot's checked plan. `instruments` are the market's; the bot's own settings change them."""
    rules = tuple(instrument_of(bot, symbol, instruments) for symbol in bot.symbols)
    stray = next((one for one in bot.instruments if one not in bot.symbols), None)
    if stray is not None:
        raise BadInput(
            f"bot {bot.name!r}: instruments names {stray!r}, which it does not trade{near_symbol(stray, bot.symbols)}"
        )
    cls: type[Strategy] = strategy_named(bot.strategy)
    return Plan(
        strategy=cls(**bot.params),
        instruments=rules,
        timeframe_ms=frame_ms,
        capital=number(f"bot {bot.name}: capital", bot.capital),
        sizing=sizing_of(bot),
        slippage=slippage_of(bot),
        exits={key: number(f"bot {bot.name}: exit {key}", value) for key, value in bot.exits.items()},
        limits={key: number(f"bot {bot.name}: limit {key}", value) for key, value in bot.limits.items()},
        windows=windows_of(bot.trading_window, frame_ms),
        at_end="cancel_entries" if bot.trading_window is None else bot.trading_window.at_end,
        frequency_ms=bot.trading_frequency_s * 1_000,
        holding=holding_of(bot.name, bot.holding),
        shares=actions_of(bot.name, bot.symbols, bot.actions),
    )


def reads_of(bot: BotConfig) -> tuple[str, ...]:
    """Symbols whose candles a bot needs beside those of the symbols that it trades. Raises BadInput."""
    declared = strategy_named(bot.strategy)(**bot.params).indicators().values()
    return tuple(one for one in symbols_of(declared) if one not in bot.symbols)


def windows_of(window: TradingWindow | None, frame_ms: int) -> tuple[int, ...]:
    """When a bot on candles of a length may open positions. Raises Wrong for a window in which it never would."""
    if window is None:
        return ()
    times = boundaries(window, frame_ms)
    check_closes(window, times, frame_ms)
    return times


def instrument_of(bot: BotConfig, symbol: str, market: dict[str, Instrument]) -> Instrument:
    """A symbol's rules for one bot: the market's grid, the bot's fee, and what the bot says beyond."""
    if symbol not in market:
        raise BadInput(f"bot {bot.name!r}: the market has no symbol {symbol!r}{near_symbol(symbol, market)}")
    base = market[symbol]
    fee = number(f"bot {bot.name}: fee", bot.fee)
    values: dict[str, Any] = {name: getattr(base, name) for name in INSTRUMENT_KEYS}
    values |= {"maker_fee": fee, "taker_fee": fee}
    for key, value in bot.instruments.get(symbol, {}).items():
        if key not in INSTRUMENT_KEYS:
            raise BadInput(f"bot {bot.name!r}, {symbol}: key {key!r} is unknown{near(key, INSTRUMENT_KEYS)}")
        values[key] = read_fact(f"bot {bot.name}, {symbol}: {key}", key, value)
    return Instrument(symbol=symbol, **values)


INSTRUMENT_KEYS = tuple(name for name in Instrument.__slots__ if name != "symbol")
TEXT_KEYS = ("fee_asset",)
WHOLE_KEYS = ("fee_precision",)


def read_fact(what: str, key: str, value: Value) -> Any:
    """One of an instrument's facts in its own type."""
    if key in TEXT_KEYS:
        return str(value)
    if key == "shortable":
        if str(value).lower() not in YES_NO:
            raise BadInput(f"{what} is {value!r}; write true or false")
        return YES_NO[str(value).lower()]
    found = number(what, value)
    if key not in WHOLE_KEYS:
        return found
    if found != found.to_integral_value():
        raise BadInput(f"{what} is {value!r}; write a whole number")
    return int(found)


YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def stored_form(bot: BotConfig, market: MarketConfig) -> str:
    """A bot's settings as JSON text, the same for the same settings: what a restart compares."""
    # What a paper account begins with is the account's, and no setting of a bot.
    where = {name: getattr(market, name) for name in market.__struct_fields__ if name != "paper"}
    return msgspec.json.encode({"bot": bot, "market": where}, order="deterministic").decode()


def bot_of(stored: str) -> tuple[BotConfig, MarketConfig]:
    """The settings behind `stored_form`."""
    found = msgspec.json.decode(stored, type=Stored)
    return found.bot, found.market


class Stored(msgspec.Struct, frozen=True):
    """What `stored_form` writes."""

    bot: BotConfig
    market: MarketConfig
