"""A freqtrade strategy's file: loaded with its imports stood in for, and judged before anything of it runs.

What is not supported and would change what the strategy means is refused by name and line; what changes nothing in a
backtest is told. Nothing is passed over in silence.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.build.strategy_file import module_of
from botswain.foreign.freqtrade_names import IStrategy, Parameter, strategy_contents
from botswain.foreign.modules import StandIns
from botswain.foreign.qtpylib import qtpylib_contents
from botswain.foreign.talib_frames import talib_contents
from botswain.model.errors import BadInput, BotswainError, near

# Methods that would change what is traded, and what stands against each.
REFUSED = {
    "adjust_trade_position": "a position is one entry and one exit",
    "adjust_entry_price": "entries go by the market",
    "adjust_exit_price": "exits by signal go by the market",
    "adjust_order_price": "entries and exits by signal go by the market",
    "custom_entry_price": "entries go by the market at the next open",
    "custom_exit_price": "exits by signal go by the market at the next open",
    "custom_roi": "the gain that is enough is read from minimal_roi",
    "leverage": "positions have no leverage",
    "confirm_trade_exit": "a stop that rests asks nobody",
    "bot_loop_start": "nothing but what decides is called at each candle",
    "order_filled": "fills are not told to the strategy",
    "set_freqai_targets": "FreqAI is not there",
    "feature_engineering_standard": "FreqAI is not there",
    "feature_engineering_expand_all": "FreqAI is not there",
    "feature_engineering_expand_basic": "FreqAI is not there",
}
TOLD = {
    "protections": "protections are off, as in freqtrade's backtest without --enable-protections",
    "order_types": "order_types: entries and exits by signal go by the market, a stop is a stop order by the market",
    "order_time_in_force": "order_time_in_force: orders by the market fill at once",
    "unfilledtimeout": "unfilledtimeout: orders by the market fill at once",
    "check_entry_timeout": "check_entry_timeout: orders by the market fill at once",
    "check_exit_timeout": "check_exit_timeout: orders by the market fill at once",
    "check_buy_timeout": "check_buy_timeout: orders by the market fill at once",
    "check_sell_timeout": "check_sell_timeout: orders by the market fill at once",
    "plot_config": "plot_config: the report draws what it draws",
}
# Callbacks that are asked, at each close.
ASKED = ("custom_stoploss", "custom_exit", "custom_stake_amount", "confirm_trade_entry")
OLD_NAMES = {
    "populate_buy_trend": "populate_entry_trend",
    "populate_sell_trend": "populate_exit_trend",
    "custom_sell": "custom_exit",
    "use_sell_signal": "use_exit_signal",
    "sell_profit_only": "exit_profit_only",
    "sell_profit_offset": "exit_profit_offset",
    "ignore_roi_if_buy_signal": "ignore_roi_if_entry_signal",
    "ticker_interval": "timeframe",
}
CHANGING = frozenset(
    {
        "append",
        "add",
        "update",
        "pop",
        "popitem",
        "clear",
        "setdefault",
        "extend",
        "insert",
        "remove",
        "set_custom_data",
    }
)
OUTSIDE = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.datetime.now",
    "time.time",
    "random.",
    "np.random.",
    "requests.",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's strategy: its object, the modules that are stood in for, and what is told of it."""

    path: Path
    strategy: Any
    modules: StandIns
    told: tuple[str, ...]

    @property
    def name(self) -> str:
        """The class's name."""
        return str(type(self.strategy).__name__)

    def value(self, name: str) -> Any:
        """An attribute, by its old name where only that is written."""
        return attribute(type(self.strategy), name)

    def has(self, name: str) -> bool:
        """Whether a callback is written, by either name."""
        return written(type(self.strategy), name) is not None

    def method(self, name: str) -> Any:
        """A callback by either name, bound."""
        return getattr(self.strategy, written(type(self.strategy), name) or name)


def missing(name: str) -> Exception:
    """What is said of an import that nothing stands in for."""
    return BadInput(
        f"it imports {name}, which Botswain does not stand in for; take the import out, or what it is used for"
    )


def load(path: Path, wanted: str, config: Mapping[str, Any], params: Mapping[str, str]) -> Loaded:
    """The strategy of a file, made. wanted: its class where there are several. Raises BadInput."""
    qtpylib = qtpylib_contents()
    names = strategy_contents() | talib_contents()
    names |= {"freqtrade.vendor.qtpylib.indicators": qtpylib, "technical.qtpylib": qtpylib}
    modules = StandIns(names, missing)
    with modules.in_place():
        cls = strategy_class(vars(module_of(path)), path, wanted)
        told = judge(cls, path)
        set_parameters(cls, path, params)
        try:
            strategy = cls(dict(config))
            strategy.bot_start()
        except BotswainError as error:
            raise BadInput(f"{path}: {error}") from None
    return Loaded(path, strategy, modules, told)


def strategy_class(found: Mapping[str, Any], path: Path, wanted: str) -> Any:
    """The class that derives from IStrategy and from which no other does, or the one that is named. Raises BadInput."""
    own = {
        name: one
        for name, one in found.items()
        if isinstance(one, type) and issubclass(one, IStrategy) and one is not IStrategy
    }
    bases = {base for one in own.values() for base in one.__mro__[1:]}
    last = {name: one for name, one in own.items() if one not in bases}
    if wanted:
        if wanted not in own:
            raise BadInput(f"{path} has no strategy {wanted!r}{near(wanted, own)}")
        return own[wanted]
    if not last:
        raise BadInput(f"{path} has no class that derives from freqtrade's IStrategy; name a file that has one")
    if len(last) > 1:
        raise BadInput(f"{path} has {len(last)} strategies ({', '.join(last)}); name one, as {path}:{min(last)}")
    return next(iter(last.values()))


def judge(cls: Any, path: Path) -> tuple[str, ...]:
    """What must be told of a class. Raises BadInput, with all that is not supported, by name and line."""
    faults = [f"line {line_of(cls, name)}: {name} is not supported: {why}" for name, why in REFUSED.items()
              if own(cls, name) is not None]  # fmt: skip
    if attribute(cls, "position_adjustment_enable"):
        faults.append(f"line {line_of(cls, 'position_adjustment_enable')}: position_adjustment_enable is not supported")
    for name in ASKED:
        written_as = written(cls, name)
        if written_as is not None and (name != "custom_stoploss" or attribute(cls, "use_custom_stoploss")):
            faults += impure(cls, written_as, set())
    if not attribute(cls, "timeframe"):
        faults.append(f"class {cls.__name__} has no timeframe; write timeframe = '5m'")
    for name in ("populate_entry_trend", "populate_exit_trend"):
        if written(cls, name) is None and (name == "populate_entry_trend" or attribute(cls, "use_exit_signal")):
            faults.append(f"class {cls.__name__} has no {name}")
    if faults:
        raise BadInput(f"{path} cannot be run as it is: " + "; ".join(faults))
    return tuple(text for name, text in TOLD.items() if own(cls, name) is not None)


def own(cls: Any, name: str) -> Any:
    """What a class or one of its bases in people's files has under a name, None where they have nothing."""
    return next((vars(one)[name] for one in cls.__mro__ if one not in (IStrategy, object) and name in vars(one)), None)


def written(cls: Any, name: str) -> str | None:
    """The name under which a callback is written: its own or its old one; None where it is not."""
    old = [was for was, now in OLD_NAMES.items() if now == name]
    return next((one for one in (name, *old) if own(cls, one) is not None), None)


def attribute(cls: Any, name: str) -> Any:
    """An attribute's value, its old name's where only that is written."""
    return getattr(cls, written(cls, name) or name)


def line_of(cls: Any, name: str) -> int:
    """The line of the file on which a name of a class is written; 0 where that cannot be told."""
    for one in cls.__mro__:
        if name in vars(one):
            text, first = inspect.getsourcelines(one)
            for node in ast.walk(ast.parse(textwrap.dedent("".join(text)))):
                named = getattr(node, "name", None) == name or (
                    isinstance(node, ast.Assign | ast.AnnAssign)
                    and name
                    in [getattr(at, "id", None) for at in getattr(node, "targets", [getattr(node, "target", 0)])]
                )
                if named:
                    return int(getattr(node, "lineno", 1)) + first - 1
    return 0


def impure(cls: Any, name: str, seen: set[str]) -> Iterator[str]:
    """What a callback keeps or draws on beside its arguments, by line; methods that it calls included."""
    function = inspect.unwrap(own(cls, name))
    if name in seen or not inspect.isfunction(function):
        return
    seen.add(name)
    text, first = inspect.getsourcelines(function)
    for node in ast.walk(ast.parse(textwrap.dedent("".join(text)))):
        line = int(getattr(node, "lineno", 1)) + first - 1
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load) and of_self(node):
            yield f"line {line}: {name} sets {ast.unparse(node)}; a callback that is asked must keep nothing"
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield f"line {line}: {name} sets {', '.join(node.names)}; a callback that is asked must keep nothing"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING and of_self(node.func):
                yield f"line {line}: {name} calls {called}(); a callback that is asked must keep nothing"
            elif called.startswith(OUTSIDE):
                yield f"line {line}: {name} calls {called}(), which is different at every run; use current_time"
            elif called.startswith("self.") and called.count(".") == 1 and own(cls, called[len("self.") :]) is not None:
                yield from impure(cls, called[len("self.") :], seen)


def of_self(node: Any) -> bool:
    """Whether an expression is a part of the strategy or of the trade."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("self", "trade")


def set_parameters(cls: Any, path: Path, given: Mapping[str, str]) -> None:
    """Give a class the values that its file, the file of a search beside it, and a person say. Raises BadInput."""
    known: dict[str, Parameter] = {
        name: one for base in cls.__mro__ for name, one in vars(base).items() if isinstance(one, Parameter)
    }
    for space in ("buy_params", "sell_params", "enter_params", "exit_params"):
        for name, value in (getattr(cls, space, None) or {}).items():
            if name in known:
                known[name].value = value
    beside = path.with_suffix(".json")
    if beside.is_file():
        read_beside(cls, beside, known)
    for name, text in given.items():
        if name not in known:
            raise BadInput(f"{cls.__name__} has no parameter {name!r}{near(name, known)}")
        try:
            known[name].value = known[name].read(text)
        except ValueError as error:
            raise BadInput(f"parameter {name} is {text!r}: {error}") from None


def read_beside(cls: Any, beside: Path, known: Mapping[str, Parameter]) -> None:
    """The values that a search of freqtrade left beside a file, which freqtrade reads too. Raises BadInput."""
    try:
        found = json.loads(beside.read_text(encoding="utf-8"))
        if found.get("strategy_name") not in (None, cls.__name__):
            return
        spaces = dict(found.get("params", {}))
    except (ValueError, AttributeError) as error:
        raise BadInput(f"{beside} is no file of parameters ({error}); mend it or move it away") from None
    for space in ("buy", "sell", "enter", "exit", "entry"):
        for name, value in spaces.get(space, {}).items():
            if name in known:
                known[name].value = value
    if "roi" in spaces:
        cls.minimal_roi = spaces["roi"]
    for name, value in (spaces.get("stoploss", {}) | spaces.get("trailing", {})).items():
        setattr(cls, name, value)
