"""The accessors of `core.access` as machine instructions on one block of memory.

A compiled run is one SIM record of addresses and sizes. Each accessor becomes a load of an address, an offset and a
cast: no array objects, no reference counts, one pointer per call. The table at the end says which replaces what; a
test holds it against `core.access`.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from botswain.core.records import RECORDS, SIM

# Arrays that a run writes; all others stand still during a call.
WRITTEN = (
    "down", "up", "dirty", "pieces", "turns", "mem", "curve", "upto", "moves", "standing",
    "queued", "in_line", "ahead",
)  # fmt: skip
INT = ir.IntType(64)
REAL = ir.DoubleType()


def load_field(builder: Any, sim: Any, name: str) -> Any:
    """The int64 field `name` of the SIM record behind a pointer."""
    offset = SIM.fields[name][1]  # type: ignore[index]
    at = cgutils.pointer_add(builder, sim, offset, INT.as_pointer())
    return unchanging(builder, builder.load(at))


def unchanging(builder: Any, load: Any) -> Any:
    """Tell LLVM that nothing writes here during a call, so that it need not load it again after every store."""
    load.set_metadata("invariant.load", builder.module.add_metadata([]))
    return load


def record_accessor(part: str, indices: int) -> Any:
    """An accessor of records: of the only one (0), of one a symbol or number (1), of one a slot (2)."""
    kind = numba.from_dtype(RECORDS[part])
    size = RECORDS[part].itemsize

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        address = load_field(builder, args[0], part)
        if indices:
            place = flat_index(builder, args, indices, "width")
            address = builder.add(address, builder.mul(place, INT(size)))
        return builder.inttoptr(address, context.get_value_type(kind))

    return made(code, kind, indices)


def number_accessor(part: str, indices: int, real: bool, width: str = "width") -> Any:
    """An accessor that reads a number of an array."""

    def code(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        load = builder.load(number_pointer(builder, part, args, indices, real, width))
        return load if part in WRITTEN else unchanging(builder, load)

    return made(code, types.float64 if real else types.int64, indices)


def number_setter(part: str, indices: int, real: bool, width: str = "width") -> Any:
    """An accessor that writes a number of an array."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        builder.store(args[-1], number_pointer(builder, part, args, indices, real, width))
        return context.get_dummy_value()

    return made(code, types.none, indices, types.float64 if real else types.int64)


def number_pointer(builder: Any, part: str, args: Any, indices: int, real: bool, width: str) -> Any:
    """The address of a number: base + 8 x index."""
    base = load_field(builder, args[0], part)
    place = flat_index(builder, args, indices, width)
    address = builder.add(base, builder.mul(place, INT(8)))
    return builder.inttoptr(address, (REAL if real else INT).as_pointer())


def flat_index(builder: Any, args: Any, indices: int, width: str) -> Any:
    """The place in a flat array: the index, or row x width + column."""
    if indices == 1:
        return args[1]
    return builder.add(builder.mul(args[1], load_field(builder, args[0], width)), args[2])


def size_accessor(name: str) -> Any:
    """An accessor of one of the sizes."""

    def code(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return load_field(builder, args[0], name)

    return made(code, types.int64, 0)


def made(code: Any, result: Any, indices: int, value: Any = None) -> Any:
    """An intrinsic of (sim), (sim, a), (sim, a, b), each with a value to store after them if there is one."""

    def signature(sim: Any) -> Any:
        return result(sim, *[types.int64] * indices, *([value] if value is not None else []))

    count = indices + (value is not None)
    if count == 0:

        def typed0(_context: Any, sim: Any) -> Any:
            return signature(sim), code

        return intrinsic(typed0)
    if count == 1:

        def typed1(_context: Any, sim: Any, a: Any) -> Any:
            return signature(sim), code

        return intrinsic(typed1)
    if count == 2:

        def typed2(_context: Any, sim: Any, a: Any, b: Any) -> Any:
            return signature(sim), code

        return intrinsic(typed2)

    def typed3(_context: Any, sim: Any, a: Any, b: Any, c: Any) -> Any:
        return signature(sim), code

    return intrinsic(typed3)


@intrinsic
def column_value(_context: Any, sim: Any, k: Any, i: Any) -> Any:
    """The k-th column's address, then its i-th number."""

    def code(_target: Any, builder: Any, _sig: Any, args: Any) -> Any:
        table = load_field(builder, args[0], "columns")
        slot = builder.inttoptr(builder.add(table, builder.mul(args[1], INT(8))), INT.as_pointer())
        address = builder.add(unchanging(builder, builder.load(slot)), builder.mul(args[2], INT(8)))
        return unchanging(builder, builder.load(builder.inttoptr(address, REAL.as_pointer())))

    return types.float64(sim, types.int64, types.int64), code


def fetch(builder: Any, address: Any, nearness: int) -> None:
    """Ask for the cache line at an address; one beyond an array does no harm. Nearness 3: as near as can be."""
    byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(prefetch, [builder.inttoptr(address, byte), flag(0), flag(nearness), flag(1)])


@intrinsic
def fetch_open(_context: Any, sim: Any, i: Any) -> Any:
    """Ask for the cache line of an open that is not needed yet."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        fetch(builder, builder.add(load_field(builder, args[0], "open_ticks"), builder.mul(args[1], INT(8))), 3)
        return context.get_dummy_value()

    return types.none(sim, types.int64), code


@intrinsic
def fetch_whole(_context: Any, sim: Any, i: Any) -> Any:
    """Ask for what is read of one symbol's candle where something is decided or trades."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        offset = builder.mul(args[1], INT(8))
        for name in ("open_ticks", "close_ticks", "times"):
            fetch(builder, builder.add(load_field(builder, args[0], name), offset), 3)
        return context.get_dummy_value()

    return types.none(sim, types.int64), code


@intrinsic
def fetch_candle(_context: Any, sim: Any, s: Any, k: Any, i: Any) -> Any:
    """Ask for what is read of a candle at its close, though there be no order and no trade."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        block, symbol, instant, row = args
        offset = builder.mul(row, INT(8))
        place = builder.add(builder.mul(symbol, load_field(builder, block, "instants")), instant)
        fetch(builder, builder.add(load_field(builder, block, "index"), builder.mul(place, INT(8))), 2)
        fetch(builder, builder.add(load_field(builder, block, "close_ticks"), offset), 2)
        table = load_field(builder, block, "columns")
        with cgutils.for_range(builder, load_field(builder, block, "column_count")) as loop:
            slot = builder.inttoptr(builder.add(table, builder.mul(loop.index, INT(8))), INT.as_pointer())
            fetch(builder, builder.add(unchanging(builder, builder.load(slot)), offset), 2)
        return context.get_dummy_value()

    return types.none(sim, types.int64, types.int64, types.int64), code


@intrinsic
def call_address(_context: Any, sim: Any, s: Any, i: Any) -> Any:
    """Call what stands at the address in the SIM record, with (sim, s, i), as numba calls a function that returns
    nothing (`build.apart`); what it raises goes on as if it had been raised here."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        convention = context.call_conv
        kind = convention.get_function_type(types.none, sig.args)
        function = builder.inttoptr(load_field(builder, args[0], "callback"), kind.as_pointer())
        status, _ = convention.call_function(builder, function, types.none, sig.args, args)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return context.get_dummy_value()

    return types.none(sim, types.int64, types.int64), code


@intrinsic
def compare_wide(_context: Any, q: Any, d: Any, e: Any, f: Any, a: Any, b: Any, c: Any) -> Any:
    """The sign of q d e f - a b c in 256-bit integers; all are >= 0."""
    wide = ir.IntType(256)

    def code(_target: Any, builder: Any, _sig: Any, args: Any) -> Any:
        wider = [builder.zext(one, wide) for one in args]
        left = builder.mul(builder.mul(wider[0], wider[1]), builder.mul(wider[2], wider[3]))
        right = builder.mul(builder.mul(wider[4], wider[5]), wider[6])
        more = builder.zext(builder.icmp_unsigned(">", left, right), INT)
        less = builder.zext(builder.icmp_unsigned("<", left, right), INT)
        return builder.sub(more, less)

    return types.int64(*[types.int64] * 7), code


def flat_numbers() -> dict[str, Any]:
    """Accessors of candles, in ticks and in quote."""
    found = {f"{name}_at": number_accessor(f"{name}_ticks", 1, False) for name in ("open", "high", "low", "close")}
    for name in ("open", "high", "low", "close", "volume"):
        found[f"candle_{name}"] = number_accessor(name, 1, True)
    return found


def pair_accessor(second: bool) -> Any:
    """The first or second of the k-th pair of `places`."""

    def code(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        base = load_field(builder, args[0], "places")
        address = builder.add(base, builder.add(builder.mul(args[1], INT(16)), INT(8 if second else 0)))
        return unchanging(builder, builder.load(builder.inttoptr(address, INT.as_pointer())))

    return made(code, types.int64, 1)


COMPILED: dict[str, Any] = {
    "account_of": record_accessor("account", 0),
    "rules_of": record_accessor("rules", 0),
    "terms_of": record_accessor("terms", 1),
    "size_of": record_accessor("sizes", 1),
    "book_of": record_accessor("books", 1),
    "lane_of": record_accessor("lanes", 1),
    "row_of": record_accessor("rows", 2),
    "order_of": record_accessor("orders", 2),
    "report_of": record_accessor("reports", 1),
    "note_of": record_accessor("notes", 1),
    "trip_of": record_accessor("trips", 1),
    "action_of": record_accessor("actions", 1),
    "symbols_of": size_accessor("symbols"),
    "instants_of": size_accessor("instants"),
    "width_of": size_accessor("width"),
    "memory_of": size_accessor("memory"),
    "report_room": size_accessor("report_room"),
    "note_room": size_accessor("note_room"),
    "down_at": number_accessor("down", 2, False),
    "set_down": number_setter("down", 2, False),
    "up_at": number_accessor("up", 2, False),
    "set_up": number_setter("up", 2, False),
    "dirty_at": number_accessor("dirty", 2, False),
    "set_dirty": number_setter("dirty", 2, False),
    "piece_at": number_accessor("pieces", 2, False),
    "set_piece": number_setter("pieces", 2, False),
    "turn_at": number_accessor("turns", 1, False),
    "set_turn": number_setter("turns", 1, False),
    "mem_at": number_accessor("mem", 2, True, "memory"),
    "set_mem": number_setter("mem", 2, True, "memory"),
    "place_of": pair_accessor(False),
    "count_of": pair_accessor(True),
    "meaning_at": number_accessor("meanings", 1, False),
    "param_at": number_accessor("params", 1, True),
    "window_at": number_accessor("windows", 1, False),
    "roi_at": number_accessor("roi", 1, False),
    "rung_at": number_accessor("ladder", 1, False),
    "move_at": number_accessor("moves", 1, False),
    "set_move": number_setter("moves", 1, False),
    "tick_of": number_accessor("ticks", 1, True),
    "lot_of": number_accessor("lots", 1, True),
    "column_at": column_value,
    "expect_open": fetch_open,
    "expect_candle": fetch_candle,
    "expect_whole": fetch_whole,
    "time_at": number_accessor("times", 1, False),
    "candle_index": number_accessor("index", 2, False, "instants"),
    "beat_at": number_accessor("beats", 1, False),
    "view_at": number_accessor("views", 2, False, "instants"),
    "room_at": number_accessor("rooms", 1, False),
    "upto_at": number_accessor("upto", 1, False),
    "set_upto": number_setter("upto", 1, False),
    "depth_of": record_accessor("depth", 1),
    "change_time": number_accessor("change_times", 1, False),
    "change_place": number_accessor("change_places", 1, False),
    "change_lots": number_accessor("change_lots", 1, False),
    "level_ticks": number_accessor("level_ticks", 1, False),
    "standing_at": number_accessor("standing", 1, False),
    "set_standing": number_setter("standing", 1, False),
    "queued_at": number_accessor("queued", 1, False),
    "set_queued": number_setter("queued", 1, False),
    "place_at": number_accessor("in_line", 2, False),
    "set_place": number_setter("in_line", 2, False),
    "ahead_at": number_accessor("ahead", 2, False),
    "set_ahead": number_setter("ahead", 2, False),
    "slip_at": number_accessor("slips", 1, False),
    "squares_at": number_accessor("squares", 1, False),
    "traded_at": number_accessor("traded", 1, False),
    "set_curve": number_setter("curve", 1, False),
    **flat_numbers(),
    "call_back": call_address,
    "compare": compare_wide,
}
