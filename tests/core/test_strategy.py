"""What a strategy declares: parameters read with their bounds, one step, and defaults for all else."""

from decimal import Decimal
from typing import ClassVar

import pytest
from tests.stage import market

from botswain.core.strategy import CLOSE, ON, Param, Strategy, step
from botswain.model.errors import BadInput


class Base(Strategy):
    """What the others build on."""

    period = Param(10, 2, 50, help="candles")

    @step
    def decide(now, was, p, candle, my, wanted):
        pass


class Full(Base):
    """A parameter of every kind."""

    factor = Param(0.5, 0.0, 2.0)
    quick = Param(False)
    side = Param("long", choices=("long", "short"))
    free = Param(1.5)


def test_parameters_of_base_classes_come_first_and_have_their_defaults():
    assert list(Full.parameters()) == ["period", "factor", "quick", "side", "free"]
    one = Full()
    assert (one.period, one.factor, one.quick, one.side, one.free) == (10, 0.5, False, "long", 1.5)
    assert Full.period.help == "candles"


def test_parameters_are_read_as_the_kind_of_their_default():
    one = Full(period="12", factor="1e-1", quick="yes", side="short", free=7)
    assert (one.period, one.factor, one.quick, one.side, one.free) == (12, 0.1, True, "short", 7.0)
    assert isinstance(one.period, int)
    assert Full(quick="OFF").quick is False
    assert Full(quick=1).quick is True


def test_the_step_sees_numbers():
    kinds = Full.parameters()
    assert kinds["side"].number("short") == 1.0
    assert kinds["quick"].number(True) == 1.0
    assert kinds["factor"].number(0.25) == 0.25


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"perod": 3}, "strategy Full has no parameter 'perod'; did you mean 'period'?"),
        ({"period": 1}, "parameter period is 1; it must be from 2 to 50"),
        ({"period": 51}, "parameter period is 51; it must be from 2 to 50"),
        ({"period": 2.5}, "parameter period is 2.5; write a whole number"),
        ({"period": "many"}, "parameter period is 'many'; write a number"),
        ({"factor": "nan"}, "parameter factor is 'nan'; write a finite number"),
        ({"factor": "inf"}, "parameter factor is 'inf'; write a finite number"),
        ({"factor": "-inf"}, "parameter factor is '-inf'; write a finite number"),
        ({"quick": "maybe"}, "parameter quick is 'maybe'; write true or false"),
        ({"side": "shot"}, "parameter side is 'shot'; did you mean 'short'?"),
    ],
)
def test_parameters_that_cannot_be_are_refused_with_their_value(given, message):
    with pytest.raises(BadInput) as raised:
        Full(**given)
    assert message in str(raised.value)


def test_a_strategy_is_called_by_its_name_or_its_class():
    class Named(Base):
        name = "called"

    assert Named.label() == "called"
    assert Full.label() == "Full"


def test_what_a_strategy_does_not_say_has_a_default():
    one = Base()
    assert one.events() == (CLOSE,)
    assert (one.slots(), one.split(), one.memory(), one.derived(), one.indicators()) == (1, 1, {}, {}, {})
    one.check(market(), Decimal(100))


def test_the_step_is_found_in_a_base_class():
    assert Full.step_function() is vars(Base)["decide"]


def test_a_strategy_without_a_step_is_refused():
    class Stepless(Strategy):
        threshold = 3

    with pytest.raises(BadInput, match="strategy Stepless has no step; mark one function with @step"):
        Stepless.step_function()


def test_a_step_with_other_names_is_refused():
    class Odd(Strategy):
        @step
        def decide(self, candle):
            pass

    with pytest.raises(BadInput, match=r"step Odd.decide takes \(self, candle\); write it as \(now, was, p"):
        Odd.step_function()


class Formed(Full):
    """One that says how its form is to look."""

    sections: ClassVar = {"Speed": ("period", "quick")}
    depends: ClassVar = {("period", "factor"): {"side": "short"}, ("factor",): {"quick": True, "free": ON}}


def test_a_parameter_stands_under_its_heading_and_says_what_it_depends_on():
    assert [Formed.section_of(name) for name in ("period", "quick", "side")] == ["Speed", "Speed", ""]
    assert Formed.conditions_of("period") == {"side": ("short",)}
    assert Formed.conditions_of("factor") == {"side": ("short",), "quick": ("true",), "free": ()}
    assert Formed.conditions_of("free") == {}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sections": {"Speed": ("perod",)}}, "no parameter 'perod', which stands in 'Speed'; did you mean 'period'"),
        ({"depends": {("perod",): {"side": "long"}}}, "no parameter 'perod', which stands in 'depends'"),
        ({"depends": {("period",): {"sides": "long"}}}, "no parameter 'sides', which stands in 'depends'"),
        ({"depends": {("period",): {"side": ("long", "shrt")}}}, "parameter side is 'shrt'; did you mean 'short'"),
    ],
)
def test_a_form_that_speaks_of_what_is_not_there_is_refused(more, said):
    with pytest.raises(BadInput, match=said):
        type("Odd", (Full,), more)()


def test_all_slots_rest_at_once_and_are_cells_where_nothing_else_is_said():
    one = Base()
    assert (one.slots(), one.most_resting(), one.cell_count()) == (1, 1, 1)
