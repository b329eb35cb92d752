"""The records and arrays a run is made of, and the two ways to hold them.

Compiled functions get one block of memory: NumPy arrays, and a record of their addresses. Interpreted ones get
plain Python objects of the same shape, whose integers never overflow: the same functions then serve for overflow,
for coverage and for comparison.
"""

from __future__ import annotations

import json
from collections import namedtuple
from functools import lru_cache
from typing import Any

import numpy as np

from botswain.core.codes import NO_DOWN, NO_UP
from botswain.ledger.books import BOOK, TERMS
from botswain.model.candles import COLUMNS, Candles

EXIT_SLOTS = 2


def fields(names: str, floats: str = "") -> np.dtype[Any]:
    """A record type of int64 fields, those also named in `floats` being float64."""
    real = set(floats.split())
    return np.dtype([(name, np.float64 if name in real else np.int64) for name in names.split()])


# The bot-wide account and the event being handled. Money in money units, times in milliseconds. Of a bot that hears
# late: the trade it is at, the report it is at, and whether the next trade has begun to be met.
ACCOUNT = fields(
    "cash capital equity peak peak_floor day_end day_start day_floor day_known orders_today losses cool_until "
    "drawn_down day_halted week_end week_start week_floor week_known week_halted "
    "tier tier_peak smooth_fall floor_reduce floor_pause floor_flat rate_window rate_orders "
    "window_end window_shut venue_cash arrivals seq "
    "time_ms open_ms event fill_slot fill_side "
    "fill_received fill_price fill_reason changes code code_slot instant reports notes trips has_parents money_limit "
    "timeframe_ms heard told begun moves acted",
    floats="money_limit",
)
# One symbol's place in the run. `price` is the last one of a candle that forms, where a bot decides on such. A position
# was opened in the candle that opened at `since_ms`, and `age` candles have closed since, where that is asked for;
# `step` of a target that falls is in force,
# `armed` says which stops its gain has switched on (core.stops), `binding` the reason of the nearest. `room` is what of
# the trade that is met orders may still get, `before` the mark at the last close, where moves are kept (core.alike).
LANE = fields(
    "first i last started mark lo lo_slot hi hi_slot dirty venue_pos best opened binding best_known blocked "
    "trip_first unsure waiting seen price since_ms age armed step cool_until room before"
)
# A wanted row (docs/rules.md section 5). `noted` is the code that its refusal was last noted with, as it is asked for.
ROW = fields(
    "rev side kind qty price trigger tif flag_bits tag link parent freed filled eff held state x goal dirty reducing "
    "judged ended noted",
    floats="x",
)
# The venue's side of a row: what rests or arrives. `asked` is the kind it was sent as, `kind` what it is by now, and
# `held` how many of its leaves are not in the book (core.cover), `unheard` how many reports of it are on their way.
ORDER = fields("active side asked kind price trigger tif flag_bits link leaves held tag rev arrival unheard")
# What the venue reports: a fill, or with lots 0 the end of an order. Of a split with a position: no lots, in no slot,
# `rev` shares for `seq`, at the last close before it.
REPORT = fields("time_ms seq symbol slot rev side lots price fee maker reason final")
# What the gate, the rounding or the venue did and its two numbers.
NOTE = fields("time_ms symbol slot rev code value limit", floats="value limit")
# A closed round trip: its first and last report, and money.
TRIP = fields("symbol direction first last profit fees")
# Sizing, exits and limits; fractions in units of 1e-8. `of_start`: sizes do not grow with what was earned.
RULES = fields(
    "slots split sizing stop_loss take_profit trailing max_position max_open max_orders_day max_daily_loss "
    "max_drawdown max_weekly_loss max_exposure max_losses cooldown_ms collar day_offset_ms fall_reduce fall_factor "
    "fall_pause fall_flatten fall_span symbol_cooldown_ms max_trade_risk stop_far order_rate rate_ms "
    "windows at_end exit_candles exit_ms trailing_from break_even break_even_offset of_start roi rungs move late_ms "
    "max_alike alike_from alike_span"
)
# What comes before the candles of an instant: `num` shares for `den`, `num` / `den` money for a lot, or that part of
# what a position is worth, at `mark`. Then the position before and after it, and the cash that came in or went out.
ACTION = fields("instant symbol kind num den before after cash mark")
# A recorded book beside a tape: how many changes it has and which is next, how many prices (core.depth), how many bids
# and asks stand and the places of the best ones, whether an order is walking them, and when what arrives was asked for,
# as far as the trade before does not say it.
DEPTH = fields("changes next levels bids asks bid ask walking asked_ms")
# Exact sizing ratios of one symbol (docs/rules.md section 5, `unit`).
SIZE = fields("num den cap_num cap_den row_num row_den")


# One block's addresses and sizes, as compiled functions see it.
ADDRESSES = (
    "account rules terms sizes books lanes rows orders reports notes trips down up dirty pieces turns mem places "
    "params ticks lots open_ticks high_ticks low_ticks close_ticks open high low close volume columns times index "
    "curve windows roi ladder beats views rooms upto slips squares traded moves actions depth "
    "change_times change_places change_lots level_ticks standing queued in_line ahead meanings callback"
)
SIZES = "symbols width memory report_room note_room instants column_count"
SIM = fields(f"{ADDRESSES} {SIZES}")
PLACES = {name: place for place, name in enumerate(SIM.names or ())}
# What a compiled function is handed: the same block by its first field alone. Numba asks a record for its buffer, and
# NumPy then spells out the type of every field of it: 3 us for forty, at every call from Python.
OPAQUE = np.dtype([(SIM.names[0], np.int64)])  # type: ignore[index]
RECORDS = {
    "account": ACCOUNT,
    "rules": RULES,
    "terms": TERMS,
    "sizes": SIZE,
    "books": BOOK,
    "lanes": LANE,
    "rows": ROW,
    "orders": ORDER,
    "reports": REPORT,
    "notes": NOTE,
    "trips": TRIP,
    "actions": ACTION,
    "depth": DEPTH,
}
# Their types as NumPy makes them for records with attributes: made once, because that takes longer than the memory.
ATTRIBUTED = {name: np.dtype((np.record, kind)) for name, kind in RECORDS.items()}
# What a run only adds to, every field of a new one written: megabytes that need not be cleared first.
GROWING = ("reports", "trips")
# What a restart must find again; the rest is data, settings or output.
LASTING = ("account", "books", "lanes", "rows", "orders", "down", "up", "dirty", "pieces", "mem", "moves")
# A lane before its first candle: no order rests, nothing was seen.
FIRST_OF_LANE = {"lo": NO_DOWN, "hi": NO_UP} | dict.fromkeys(("lo_slot", "hi_slot", "last", "i", "trip_first"), -1)
TICKS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")


def put(record: Any, name: str, value: float) -> None:
    """Set a field of a record in either of its forms. By name NumPy takes a tenth of the time of an attribute."""
    if isinstance(record, np.void):
        record[name] = value
    else:
        setattr(record, name, value)


class Record:
    """A record held in plain Python: one attribute a field."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        vars(self).update(blank(kind))


class AsNeeded(list[Record]):
    """Records that are there once somebody asks for them, in order: room for many of which a run makes few."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        super().__init__()
        self.kind = kind

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            self.extend(Record(self.kind) for _ in range(len(self), place + 1))
        return super().__getitem__(place)


@lru_cache(maxsize=64)
def blank(kind: np.dtype[Any]) -> dict[str, int | float]:
    """The fields of an empty record."""
    return {name: 0.0 if kind[name].kind == "f" else 0 for name in kind.names or ()}


@lru_cache(maxsize=64)
def named(part: str) -> Any:
    """A tuple with the names of a part's fields."""
    return namedtuple(part, RECORDS[part].names or ())


class Plain:
    """A run held in plain Python objects; the accessors of `core.access` read its attributes."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


# Of what was done to orders a run remembers the latest so many, unless it is told.
NOTES = 512


class State:
    """A run's memory in either form. `handle` is what the core's functions take, `header` its addresses and sizes.

    symbols, slots  how many, the exit slots not counted
    exit_slots      how many those are
    memory          numbers the strategy keeps for each symbol
    reports         how many reports fit
    """

    def __init__(
        self, symbols: int, slots: int, memory: int, reports: int, *, compiled: bool, notes: int = NOTES,
        exit_slots: int = EXIT_SLOTS,
    ) -> None:  # fmt: skip
        self.compiled = compiled
        self.symbols = symbols
        self.width = slots + exit_slots
        self.parts: dict[str, Any] = {}
        block = np.zeros(1, SIM)
        self._sim = block.view(np.int64)
        self.handle: Any = self._sim.view(OPAQUE)[0] if compiled else Plain()
        self.header: Any = block.view(np.recarray)[0] if compiled else self.handle
        counts = {"account": 1, "rules": 1, "rows": symbols * self.width, "orders": symbols * self.width}
        counts |= {"reports": reports, "notes": notes, "trips": reports, "actions": 1}
        for name in RECORDS:
            self.put(name, self.records(name, counts.get(name, symbols)))
        for name, value in (("down", NO_DOWN), ("up", NO_UP), ("dirty", 0), ("pieces", 0)):
            self.put(name, self.filled(symbols * self.width, value))
        self.put("turns", self.filled(symbols, 0))
        self.put("mem", self.filled(symbols * max(memory, 1), 0.0))
        self.put("moves", self.filled(1, 0))
        sizes = {"symbols": symbols, "width": self.width, "memory": max(memory, 1)}
        for name, size in (sizes | {"report_room": reports, "note_room": notes}).items():
            put(self.header, name, size)
        for lane in self.parts["lanes"]:
            for name, value in FIRST_OF_LANE.items():
                put(lane, name, value)

    @property
    def account(self) -> Any:
        """The ACCOUNT record, fields as attributes."""
        return self.parts["account"][0]

    @property
    def rules(self) -> Any:
        """The RULES record."""
        return self.parts["rules"][0]

    @property
    def note_room(self) -> int:
        """How many notes are kept."""
        return int(self.header.note_room)

    def records(self, name: str, count: int) -> Any:
        """`count` empty records of a part; compiled, those of a part that only grows may hold anything."""
        if not self.compiled:
            return AsNeeded(RECORDS[name]) if name == "notes" else [Record(RECORDS[name]) for _ in range(count)]
        return (np.empty if name in GROWING else np.zeros)(count, ATTRIBUTED[name]).view(np.recarray)

    def filled(self, count: int, value: float) -> Any:
        """`count` numbers of the type of `value`."""
        if self.compiled:
            return np.full(count, value, np.float64 if isinstance(value, float) else np.int64)
        return [value] * count

    def put(self, name: str, value: Any) -> None:
        """Give the run an array (or, interpreted, a list) under a name, keeping it alive."""
        if self.compiled:
            self.parts[name] = value
            self._sim[PLACES[name]] = value.ctypes.data
        else:
            if isinstance(value, np.ndarray):
                value = value.tolist()
            self.parts[name] = value
            setattr(self.handle, name, value[0] if name in ("account", "rules") else value)

    def call_at(self, address: int) -> None:
        """Where the step stands that a compiled run is to call."""
        self._sim[PLACES["callback"]] = address

    def put_columns(self, columns: list[Any]) -> None:
        """Give the run its indicator columns."""
        put(self.header, "column_count", len(columns))
        if not self.compiled:
            self.put("columns", [column.tolist() for column in columns])
            return
        self.parts["column_arrays"] = columns
        self.put("columns", np.array([column.ctypes.data for column in columns] or [0], np.int64))

    def put_candles(
        self,
        candles: list[Candles],
        ticks: list[tuple[Any, ...]],
        times: Any,
        index: Any,
        kept: dict[str, Any] | None = None,
    ) -> None:
        """Give the run its candles: each symbol's after the other's, and which stands at which instant.

        kept  their columns as an earlier run on the same candles had them, and where they are kept for the next
        """
        kept = {} if kept is None else kept
        for place, name in enumerate(TICKS):
            if name not in kept:
                kept[name] = joined([one[place] for one in ticks])
            self.put(name, kept[name])
        for name in COLUMNS:
            if name not in kept:
                kept[name] = joined([getattr(one, name) for one in candles])
            self.put(name, kept[name])
        self.put("times", times)
        self.put("index", index)
        self.header.instants = len(times)
        first = 0
        for lane, one in zip(self.parts["lanes"], candles, strict=True):
            lane.first = first
            first += len(one)

    def more_reports(self) -> None:
        """Twice the room for reports and round trips."""
        for name in GROWING:
            old = self.parts[name]
            new = self.records(name, 2 * len(old))
            new[: len(old)] = old
            self.put(name, new)
        self.header.report_room = len(self.parts["reports"])

    def field(self, part: str, name: str) -> Any:
        """One field of all records of a part, to be read and set by number: a view that costs no record to be made."""
        return self.parts[part].view(np.ndarray)[name] if self.compiled else PlainField(self, part, name)

    def look(self, part: str, k: int) -> Any:
        """One record as it is now, for reading. Of a compiled run: all fields at once, which costs as much as one."""
        found = self.parts[part]
        return named(part)._make(found.view(np.ndarray)[k].item()) if self.compiled else found[k]

    def saved(self, name: str) -> bytes:
        """A part as bytes, the same for the same; interpreted as text, whose integers may be of any size."""
        part = self.parts[name]
        if self.compiled:
            return bytes(part.tobytes())
        return json.dumps([[*vars(one).values()] if isinstance(one, Record) else one for one in part]).encode()

    def load(self, name: str, saved: bytes) -> None:
        """Put back in its place what `saved` gave."""
        part = self.parts[name]
        if self.compiled:
            part.view(np.ndarray).view(np.uint8)[...] = np.frombuffer(saved, np.uint8)
            return
        for place, found in enumerate(json.loads(saved)):
            if isinstance(found, list):
                vars(part[place]).update(zip(vars(part[place]), found, strict=True))
            else:
                part[place] = found

    def columns_of(self, name: str, count: int) -> dict[str, Any]:
        """The first `count` records of an array as one int64 (or object) column a field."""
        part = self.parts[name]
        if self.compiled:
            plain = part.view(RECORDS[name], np.ndarray)[:count]
            return {field: plain[field] for field in RECORDS[name].names or ()}
        return {field: [getattr(one, field) for one in part[:count]] for field in RECORDS[name].names or ()}


class PlainField:
    """One field of all records of an interpreted run's part."""

    def __init__(self, state: State, part: str, name: str) -> None:
        self.state, self.part, self.name = state, part, name

    def __getitem__(self, k: int) -> int:
        return int(getattr(self.state.parts[self.part][k], self.name))

    def __setitem__(self, k: int | slice, value: int) -> None:
        found = self.state.parts[self.part][k]
        for one in found if isinstance(k, slice) else (found,):
            setattr(one, self.name, value)

    def tolist(self) -> list[int]:
        """All of them."""
        return [int(getattr(one, self.name)) for one in self.state.parts[self.part]]


def joined(arrays: list[Any]) -> Any:
    """Arrays one after the other; a single contiguous one as it is."""
    return np.ascontiguousarray(arrays[0]) if len(arrays) == 1 else np.concatenate(arrays)
