"""What a step may give Botswain's own functions, each of them with every kind of number it may be and hard ones of that

kind: the same in memory as machine code and in Python, bit for bit, or the step is left in Python and that is said.

Where machine code raises or stops the run the event is done again in Python, so there is nothing to compare.
"""

from types import FunctionType

import pytest
from numba.core.errors import NumbaError
from tests.build.asked import COMPARES, DECLARES, NUMBERS, REALS, WHOLES, Stage, every, steps_body
from tests.build.compared import differs

import botswain
from botswain.build.exact_whole import OtherNumbers
from botswain.build.judged_calls import KINDS, Calls, taken_by
from botswain.build.kinds import Unlisted
from botswain.build.plan import NO_LIMIT
from botswain.build.step import CANDLE, MY, MY_CALLS, WANTED
from botswain.core import views
from botswain.model.reasons import Reason

EVERY = {one.name: one for one in every()}
# Called by what `my.mem` and `was` become, not by name.
BY_NAME = {views.mem_index, views.cell_index, views.read_mem, views.write_mem, views.column_before}
# What the package exports that no step can call, for it is no number's.
READERS = {
    "read_actions", "read_borrow", "read_candles", "read_depth", "read_funding", "read_quotes", "read_trades",
}  # fmt: skip
NOT_IN_STEPS = {
    "backtest", "sweep", "optimise", "walk_forward", "holdout", "stress", "compare", "figures", "validate",
    "made_candles", *DECLARES, *READERS,
}  # fmt: skip


def picks(kind):
    """The numbers that each call is made with: places among whole and real ones, and a truth value."""
    whole = [(k, 0, 1) for k in range(len(WHOLES))]
    real = [(0, q, 0) for q in range(len(REALS))]
    truths = [(k, 0, t) for k in range(2) for t in range(2)]
    return {"i": whole, "I": whole, "f": real, "F": real, "j": whole + real, "b": truths, "B": truths}[kind]


def test_none_of_them_is_forgotten():
    assert set(KINDS) == {(one.__module__, one.__name__) for one in (
        *WANTED.values(), *MY.values(), *MY_CALLS.values(), *COMPARES, *BY_NAME,
    )}  # fmt: skip
    exported = {name for name in botswain.PLACES if isinstance(getattr(botswain, name), FunctionType)}
    assert exported - NOT_IN_STEPS == {one.__name__ for one in COMPARES}
    for one in EVERY.values():
        assert "f" in one.kinds() or not one.names
        assert set(one.kinds()) <= {*NUMBERS, "s"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [name for name, one in EVERY.items() if one.names])
def test_it_does_with_any_number_what_it_does_in_python(name):
    calls = list(EVERY[name].calls())
    stage = Stage(steps_body([call for call, _kind in calls]))
    machine = stage.compiled()
    for case, (call, kind) in enumerate(calls):
        through = 0
        for given in picks(kind):
            stopped, found = stage.outcome(machine, 1, (case, *given))
            if not stopped:
                fault, plain = stage.outcome(stage.plain, 0, (case, *given))
                assert not fault, (call, given, fault)
                assert plain == found, (call, given)
                through += 1
        # A call all of whose arguments are one number is seldom any order's.
        assert through or len(EVERY[name].names) > 1, call


def test_one_without_arguments_does_what_it_does_in_python():
    stage = Stage("    wanted.clear()")
    assert stage.outcome(stage.compiled(), 1, (0, 0, 0, 0)) == stage.outcome(stage.plain, 0, (0, 0, 0, 0))


def test_all_that_is_read_is_the_same_number_and_of_the_same_kind():
    reads = [f"my.{name}" for name in MY] + [f"candle.{name}" for name in CANDLE] + ["now.mean", "was.mean"]
    reads += ["my.nearest_tick(50.1)", "my.nearest_tick(n)", "wanted.size(0)", "wanted.size(50.0)"]
    reads += [f"wanted.{name}(1)" for name in ("quantity", "filled", "state", "why")]
    stage = Stage(f"    return ({', '.join(reads)})")
    machine = stage.compiled()
    for position in (0, 3):
        for place in (0, 1):
            book = stage.states[place].parts["books"][0]
            book.pos, book.cost = position * stage.states[place].parts["terms"][0].lot_units, position * 777
        plain, found = (one(stage.states[place].handle, 0, 1) for place, one in ((0, stage.plain), (1, machine)))
        told = [(read, a, b) for read, a, b in zip(reads, plain, found, strict=True) if differs(a, b)]
        assert not told


@pytest.mark.parametrize("name", EVERY)
def test_a_number_of_another_kind_is_refused_and_said(name):
    function = EVERY[name].function
    for kind in (
        "i",
        "f",
        "j",
        "b",
        "I",
        "F",
        "B",
        "n",
        "t",
        "x",
        "?",
        ("tuple", "f"),
        ("list", "f"),
        ("array", "F", 1),
    ):
        if kind in tuple(taken_by(function)):
            assert Calls(None).of_botswain(function, {"x": kind}, "n") in ("n", "B")
            continue
        with pytest.raises(Unlisted, match=rf"{function.__name__}\(x=...\) of .* is not known .*; .*write|.*keep it"):
            Calls(None).of_botswain(function, {"x": kind}, "n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("wanted.target(WHOLES[k])", "of numpy int is not known to be the same in machine code; what is read of an"),
        ("wanted.tag(0, t)", "of bool is not known to be the same in machine code; write float"),
        ("my.mem.out = 1.0 if above(x, REALS[q] > x) else 0.0", "of numpy bool is not known to be the same"),
        ("my.mem.out = clamp(k, 3)", r"clamp\(\) is none of Botswain's functions that a step may call; write it in"),
    ],
)  # fmt: skip
def test_a_step_that_gives_another_kind_is_left_with_its_line(given, said):
    stage = Stage(f"    {given}", clamp=views.clamp)
    with pytest.raises((OtherNumbers, NumbaError), match=said) as raised:
        stage.compiled()
    assert "<author" in str(raised.value) or not isinstance(raised.value, OtherNumbers)


def test_a_quantity_is_an_order_in_both_forms_or_in_neither():
    """Each with the money limit of its own form: a run in Python has next to none."""
    stage = Stage(
        steps_body(["wanted.row(1, 2, 1, 50, n)", "wanted.limit(1, 1, 50.25, x)", "wanted.row(1, 1, 1, 0, x)"])
    )
    stage.saved[0]["account"][0].money_limit = NO_LIMIT
    machine = stage.compiled()
    for case, kind in enumerate("iff"):
        stopped = set()
        for given in picks(kind):
            code, memory = stage.outcome(machine, 1, (case, *given))
            told, plain = stage.outcome(stage.plain, 0, (case, *given))
            assert code == told, (case, given)
            if not code:
                memory["account"] = plain["account"] = []  # the limits differ
                assert memory == plain, (case, given)
            stopped.add(int(code))
        assert stopped == {0, int(Reason.BAD_ORDER)}, case


def test_a_target_that_no_64_bits_can_turn_round_is_none():
    """Its abs() is itself in machine code, below every bound: it went for a target of 0 without a word."""
    stage = Stage("    wanted.target(n)")
    given = (0, WHOLES.index(-(2**63)), 0, 0)
    assert stage.outcome(stage.compiled(), 1, given)[0] == stage.outcome(stage.plain, 0, given)[0] != 0
