"""Optuna is asked and told as it has to be: which way is up, what misses a bound, and what mattered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest

from botswain.control.search_space import Axis, Space
from botswain.lab.trials.figures import Wish
from botswain.lab.trials.sampling import Study
from botswain.lab.trials.studies import Answer

SPACE = Space((Axis("a", tuple(range(1_000))), Axis("b", tuple(range(50))), Axis("word", ("x", "y", "z"))))
FIRST = {"a": 500, "b": 25, "word": 0}
Judge = Callable[[dict[str, object]], Answer]


def asked(
    kind: str, wishes: list[Wish], judge: Judge, count: int, seed: int = 3
) -> tuple[Study, list[dict[str, object]]]:
    """A study after so many proposals, and these, eight at a time."""
    study = Study(kind, SPACE, wishes, seed, FIRST)
    found = []
    while len(found) < count:
        some = study.ask(min(8, count - len(found)))
        for number, place in some:
            combination = SPACE.at(place)
            found.append(combination)
            study.tell(number, judge(combination))
    return study, found


def far(one: dict[str, object]) -> float:
    """How far a is from 700."""
    return abs(float(str(one["a"])) - 700.0)


@pytest.mark.parametrize(("greatest", "sign"), [(True, -1.0), (False, 1.0)])
def test_it_goes_where_the_objective_is_best_whichever_way_that_is(greatest: bool, sign: float) -> None:
    wishes = [Wish("sharpe", greatest)]
    study, found = asked("tpe", wishes, lambda one: Answer((sign * far(one),)), 96)
    assert min(map(far, found)) < 15
    late = sorted(map(far, found[64:]))
    assert late[len(late) // 2] < 100  # by chance it would be 250
    shares = study.importances(0)
    assert next(iter(shares)) == "a"
    assert shares["a"] > 0.6
    assert sum(shares.values()) == pytest.approx(1.0)


def test_the_first_proposal_is_the_one_that_was_named_and_a_seed_proposes_the_same() -> None:
    _, one = asked("tpe", [Wish("sharpe", True)], lambda one: Answer((-far(one),)), 40)
    _, same = asked("tpe", [Wish("sharpe", True)], lambda one: Answer((-far(one),)), 40)
    _, other = asked("tpe", [Wish("sharpe", True)], lambda one: Answer((-far(one),)), 40, seed=4)
    assert one[0] == {"a": 500, "b": 25, "word": "x"}
    assert one == same
    assert one[1:] != other[1:]


def test_it_keeps_away_from_what_misses_a_bound_or_has_no_value() -> None:
    def judge(one: dict[str, object]) -> Answer:
        if one["word"] == "y":
            return Answer(())
        return Answer((-far(one),), (float(str(one["a"])) - 300.0,))  # a <= 300

    _, found = asked("tpe", [Wish("sharpe", True)], judge, 120)
    late = found[80:]
    assert sum(int(str(one["a"])) <= 300 for one in late) > len(late) * 0.6
    assert sum(one["word"] == "y" for one in late) < len(late) * 0.2


@pytest.mark.parametrize("kind", ["nsga2", "tpe", "random"])
def test_several_objectives_go_their_ways(kind: str) -> None:
    def judge(one: dict[str, object]) -> Answer:
        return Answer(()) if one["word"] == "z" else Answer((-far(one), float(str(one["b"]))))

    study, found = asked(kind, [Wish("sharpe", True), Wish("fees", False)], judge, 300)
    assert len(found) == 300
    assert next(iter(study.importances(0))) == "a"
    assert next(iter(study.importances(1))) == "b"
    if kind != "random":
        assert sum(int(str(one["b"])) < 15 for one in found[200:]) > 45  # by chance it would be 30


def test_too_little_tells_nothing_of_what_mattered() -> None:
    study, _ = asked("tpe", [Wish("sharpe", True)], lambda _one: Answer((1.0,)), 1)
    assert study.importances(0) == {}
    study, _ = asked("tpe", [Wish("sharpe", True)], lambda _one: Answer(()), 9)
    assert study.importances(0) == {}


def test_optuna_says_nothing_and_its_voice_is_as_before(caplog: pytest.LogCaptureFixture) -> None:
    before = optuna.logging.get_verbosity()
    with caplog.at_level(logging.DEBUG):
        asked("tpe", [Wish("sharpe", True)], lambda one: Answer((-far(one),)), 9)
    assert not [one for one in caplog.records if one.name.startswith("optuna")]
    assert optuna.logging.get_verbosity() == before


def test_only_one_file_imports_it() -> None:
    package = Path(__file__).resolve().parents[3] / "src" / "botswain"
    who = [path.name for path in package.rglob("*.py") if "import optuna" in path.read_text("utf-8")]
    assert who == ["sampling.py"]
