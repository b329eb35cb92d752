"""What a strategy is: parameters, indicators, slots, memory and a step.

The class is a description; it holds no state. `botswain.build` turns its step into a compiled function, and a run
keeps what changes in records. The step is a plain function of six names: now, was, p, candle, my, wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, overload

from botswain.core.codes import CLOSE, END, FILL, MEANING_NAMES, START, TIMER
from botswain.core.drawing import Drawing
from botswain.core.grounds import Ground
from botswain.core.indicators import Indicator, is_symbol, length_of
from botswain.core.longer import check_length
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument

STEP_NAMES = ("now", "was", "p", "candle", "my", "wanted")
# In `depends`: neither zero nor false.
ON: tuple[str, ...] = ()


class Param:
    """A parameter a person may set: its default, bounds and help.

    The default says the kind: a bool, a whole number, a real number, or one of `choices` (strings). `search` is the
    part of the bounds worth trying, for sweeps; the bounds themselves where it is not given.
    """

    def __init__(
        self,
        default: Any,
        low: float | None = None,
        high: float | None = None,
        *,
        choices: tuple[str, ...] = (),
        help: str = "",
        search: tuple[float, float] | None = None,
    ) -> None:
        self.default = default
        self.low = low
        self.high = high
        self.choices = choices
        self.help = help
        self.search = search
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Param: ...
    @overload
    def __get__(self, instance: Strategy, owner: type) -> Any: ...
    def __get__(self, instance: Strategy | None, owner: type) -> Any:
        return self if instance is None else instance.values[self.name]

    def read(self, value: Any) -> Any:
        """A value from a person or a file as the parameter's kind. Raises BadInput with the value and the bounds."""
        if self.choices:
            if str(value) not in self.choices:
                raise BadInput(f"parameter {self.name} is {value!r}{near(str(value), self.choices)}")
            return str(value)
        if isinstance(self.default, bool):
            return self.read_bool(value)
        number = self.read_number(value)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise BadInput(f"parameter {self.name} is {value}; it must be from {self.low} to {self.high}")
        return number

    def read_bool(self, value: Any) -> bool:
        """True or false as people write them."""
        text = str(value).lower()
        if text in ("true", "yes", "on", "1"):
            return True
        if text in ("false", "no", "off", "0"):
            return False
        raise BadInput(f"parameter {self.name} is {value!r}; write true or false")

    def read_number(self, value: Any) -> int | float:
        """A finite number, whole where the default is."""
        try:
            number = float(str(value))
        except ValueError:
            raise BadInput(f"parameter {self.name} is {value!r}; write a number") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise BadInput(f"parameter {self.name} is {value!r}; write a finite number")
        if isinstance(self.default, int):
            if number != int(number):
                raise BadInput(f"parameter {self.name} is {value}; write a whole number")
            return int(number)
        return number

    def number(self, value: Any) -> float:
        """A value as the step sees it: choices by their place, booleans as 0 or 1."""
        return float(self.choices.index(value)) if self.choices else float(value)


def words_of(value: Any) -> tuple[str, ...]:
    """One or several values of a parameter as words."""
    several = value if isinstance(value, tuple) else (value,)
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in several)


class Data(Param):
    """A parameter that is data in a form of its own, kept as one text; the step sees none of it.

    reader   checks what a person or a file gives and returns the text, the same for the same data. Raises BadInput.
    example  one that shows what can be said
    """

    def __init__(self, default: str, reader: Callable[[Any], str], *, help: str = "", example: str = "") -> None:
        super().__init__(default, help=help)
        self.reader = reader
        self.example = example

    def read(self, value: Any) -> Any:
        """The text of a value."""
        return self.reader(value)

    def number(self, value: Any) -> float:  # noqa: ARG002 - a text is no number
        """Nothing that a step could read."""
        return 0.0


class SymbolName(Param):
    """A parameter that names a symbol to be read with `other`; empty: none. The step sees 1 where one is named."""

    example = "BTC/USDT"

    def __init__(self, *, help: str = "") -> None:
        super().__init__("", help=help)

    def read(self, value: Any) -> Any:
        """The symbol in capitals. Raises BadInput."""
        found = str(value).strip().upper()
        if found and not is_symbol(found):
            raise BadInput(f"parameter {self.name} is {value!r}; write a symbol such as BTC/USDT, or nothing for none")
        return found

    def number(self, value: Any) -> float:
        """1 where a symbol is named."""
        return float(bool(value))


def step(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a strategy's decision. It takes (now, was, p, candle, my, wanted) and is compiled, not called."""
    function.__botswain_step__ = True  # type: ignore[attr-defined]
    return function


class Strategy:
    """Base of every bot. A subclass declares Params, indicators and a step; all else has a default.

    events  what calls the step: START (once, at the first close), CLOSE, FILL, END (the venue ended an order). A bot
            with a trading frequency is called between closes too, by the event TIMER, where it asks for CLOSE or TIMER
    tags    names of the reasons its rows give for their fills; tag 0 by default
    cells   each of its rows buys and sells by itself: a round trip is one of a row, not of the whole position
    fractions  parameters that are parts of something, 0.015 for 1.5 %: forms have them in percent
    sections  headings for forms and the names of the parameters beneath each; those that are in none come first
    memory_units  what each name of its memory is, for a split of shares: price, quantity, or plain for counts, parts
              and times; a bot that does not say it of all of them does not run through a split
    depends   parameters that matter only beside some values of others: their names, and by the other's name its value,
              several, or ON. Forms show them only then; they are checked at all times
    """

    name: ClassVar[str] = ""
    tags: ClassVar[tuple[str, ...]] = ("target",)
    cells: ClassVar[bool] = False
    memory_units: ClassVar[Mapping[str, str]] = {}
    fractions: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    depends: ClassVar[Mapping[tuple[str, ...], Mapping[str, Any]]] = {}

    @classmethod
    def check_form(cls, known: Mapping[str, Param]) -> None:
        """Refuse headings and dependencies of parameters or values that are not there, by raising BadInput."""
        said = [(heading, name) for heading, names in cls.sections.items() for name in names]
        said += [("fractions", name) for name in cls.fractions]
        said += [("depends", name) for names, others in cls.depends.items() for name in (*names, *others)]
        for where, name in said:
            if name not in known:
                said_of = f"strategy {cls.label()} has no parameter {name!r}, which stands in {where!r}"
                raise BadInput(said_of + near(name, known))
        for others in cls.depends.values():
            for name, value in others.items():
                for word in words_of(value) if known[name].choices else ():
                    known[name].read(word)

    def __init__(self, **given: Any) -> None:
        known = self.parameters()
        self.check_form(known)
        for name in given:
            if name not in known:
                raise BadInput(f"strategy {self.label()} has no parameter {name!r}{near(name, known)}")
        self.values = {name: param.read(given.get(name, param.default)) for name, param in known.items()}
        self.validate()

    @classmethod
    def label(cls) -> str:
        """The name people call it by."""
        return cls.name or cls.__name__

    @classmethod
    def parameters(cls) -> dict[str, Param]:
        """Its parameters by name, those of base classes first."""
        found: dict[str, Param] = {}
        for base in reversed(cls.__mro__):
            if base is not Strategy and base is not object:  # a run asks four times, and they have none
                found |= {name: value for name, value in vars(base).items() if isinstance(value, Param)}
        return found

    @classmethod
    def section_of(cls, name: str) -> str:
        """The heading a parameter stands under, or nothing."""
        return next((heading for heading, names in cls.sections.items() if name in names), "")

    @classmethod
    def conditions_of(cls, name: str) -> dict[str, tuple[str, ...]]:
        """The other parameters that it depends on, and the words each may be; none: all but zero and false."""
        found: dict[str, tuple[str, ...]] = {}
        for names, others in cls.depends.items():
            if name in names:
                found |= {other: words_of(value) for other, value in others.items()}
        return found

    @classmethod
    def step_function(cls) -> Callable[..., Any]:
        """The function marked with @step. Raises BadInput where there is none or its names are others."""
        for base in cls.__mro__:
            marked = {name: one for name, one in vars(base).items() if getattr(one, "__botswain_step__", False)}
            if len({id(one) for one in marked.values()}) > 1:
                raise BadInput(f"strategy {base.__name__} has {len(marked)} steps ({', '.join(marked)}); mark one")
            for name, value in marked.items():
                if getattr(cls, name) is not value:
                    raise BadInput(
                        f"strategy {cls.__name__} has a {name} of its own in place of the step {base.__name__}.{name}; "
                        "mark it with @step, or give it another name"
                    )
                names = value.__code__.co_varnames[: value.__code__.co_argcount]
                if names != STEP_NAMES:
                    raise BadInput(
                        f"step {cls.__name__}.{value.__name__} takes ({', '.join(names)}); "
                        f"write it as ({', '.join(STEP_NAMES)})"
                    )
                return value  # type: ignore[no-any-return]
        raise BadInput(f"strategy {cls.__name__} has no step; mark one function with @step")

    def chosen_step(self) -> Callable[..., Any]:
        """The step for these parameters. A strategy with several, each marked with @step, chooses here."""
        return self.step_function()

    def validate(self) -> None:
        """Refuse parameters that contradict each other, by raising BadInput."""

    def indicators(self) -> dict[str, Indicator]:
        """The indicators the step reads, by the names it reads them under."""
        return {}

    def events(self) -> tuple[int, ...]:
        """The events that call the step."""
        return (CLOSE,)

    def slots(self) -> int:
        """How many orders it may want at once."""
        return 1

    def most_resting(self) -> int:
        """The most orders of its slots that rest at once; a venue takes only so many."""
        return self.slots()

    def cell_count(self) -> int:
        """Of a strategy of cells: how many of its slots, from the first, are cells."""
        return self.slots()

    def split(self) -> int:
        """Among how many rows it shares its money."""
        return 1

    def memory(self) -> dict[str, int]:
        """Numbers it keeps between calls: name and how many (1: a plain number). All start at 0."""
        return {}

    def derived(self) -> Mapping[str, float | Sequence[float] | Sequence[Sequence[float]]]:
        """Numbers computed once from the parameters, read by the step as p.NAME.

        Several under one name are read as p.NAME[k], rows of numbers as p.NAME[k, j].
        """
        return {}

    def grounds(self, memory: Mapping[str, Sequence[float]]) -> tuple[Ground, ...]:  # noqa: ARG002
        """What its decisions rest on, and whether each held by a symbol's memory; empty memory: before any decision."""
        return ()

    def check_timeframe(self, own_ms: int) -> None:
        """Refuse candles that are no pieces of those that its indicators are on, by raising BadInput."""
        every = (part for one in self.indicators().values() for part in one.parts())
        for length_ms in sorted({length_of(part) for part in every} - {0}):
            check_length(length_ms, own_ms)

    def check_splits(self) -> None:
        """Refuse what a split of shares would make false, by raising BadInput."""
        known = self.memory()
        for name, word in self.memory_units.items():
            if word not in MEANING_NAMES:
                raise BadInput(f"memory_units of {self.label()}: {name} is {word!r}{near(word, MEANING_NAMES)}")
        silent = [name for name in known if name not in self.memory_units]
        if self.cells or silent:
            why = "its cells are laid out in shares" if self.cells else f"it remembers {', '.join(silent)}"
            raise BadInput(
                f"strategy {self.label()} does not run through a split of shares: {why}; end the run before the split "
                "and begin another after it, or, of a strategy of your own, say in memory_units what each number is "
                f"({', '.join(MEANING_NAMES)})"
            )

    def check_sizing(self, kind: str) -> None:
        """Refuse a kind of sizing its orders cannot have, by raising BadInput."""

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse a symbol these parameters cannot pay on, by raising BadInput; price is the first close."""

    def check_money(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> None:
        """Refuse orders too small to send, by raising BadInput; lots(p) is what a row without a quantity gets at p."""

    def drawing(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> Drawing:  # noqa: ARG002
        """What its plan would come to if it began at a price, for a form; lots as in check_money. Nothing by default.

        Called with settings that check and check_money have taken.
        """
        return Drawing()


__all__ = ["CLOSE", "END", "FILL", "ON", "START", "TIMER", "Data", "Param", "Strategy", "SymbolName", "step"]
