"""The supervisor's difference: rows against fleets, by levels only."""

from dataclasses import replace

import msgspec
import pytest
from tests.engine.scenes import bot

from botswain.control.config import MarketConfig, stored_form
from botswain.engine.supervisor import Berth, Changes, Wish, changes, wanted_of
from botswain.store.bots import Bot, DesiredState

SANDBOX = MarketConfig(venue="binance", environment="sandbox", account="main", port=8331)
MAIN = Berth("binance", "sandbox", "main", "1m")
OTHER = replace(MAIN, account="other")


def row(name, market=SANDBOX, state=DesiredState.RUNNING, stop_due=0):
    """A bot's row."""
    text = stored_form(bot("grid", ["BTC/USDT"], name), market)
    return Bot("id", "t", "a", name, "grid", text, state, None, None, None, b"", None, 0, 0, 0, 1, stop_due=stop_due)


def wish(name, berth=MAIN):
    """A bot that is wanted to run."""
    return Wish(name, berth, bot("grid", ["BTC/USDT"], name), SANDBOX)


def wishes(*found):
    """Several, by name."""
    return {one.name: one for one in found}


def test_rows_that_are_wanted_to_run_are_wishes_and_paper_is_named():
    found = wanted_of([row("a"), row("b", state=DesiredState.STOPPED), row("c", MarketConfig(seed=1))])
    assert list(found.wishes) == ["a"]
    assert found.wishes["a"].berth == MAIN
    assert found.odd == ("bot 'c' trades on paper, which botswain trade runs; botswain stop c",)
    assert str(MAIN) == "binance sandbox, account main, 1m"


def test_rows_whose_stop_is_due_are_apart_and_those_that_were_put_away_are_none():
    due = {"state": DesiredState.STOPPED, "stop_due": 1}
    rows = [row("a", **due), row("b", state=DesiredState.STOPPED), row("c", MarketConfig(seed=1), **due)]
    found = wanted_of([*rows, msgspec.structs.replace(row("d", **due), archived_ms=5), row("e")])
    assert (list(found.wishes), list(found.stops), found.odd) == (["e"], ["a"], ())


def test_settings_that_nobody_understands_keep_no_other_bot_from_running():
    found = wanted_of([msgspec.structs.replace(row("a"), config='{"bot": 5}'), row("b")])
    assert list(found.wishes) == ["b"]
    assert found.odd[0].startswith("bot 'a' cannot run: its settings are not understood (")


def test_an_account_that_is_not_named_is_main():
    market = MarketConfig(venue="binance", environment="sandbox")
    assert wanted_of([row("a", market)]).wishes["a"].berth == MAIN


@pytest.mark.parametrize(
    ("wanted", "running", "expected"),
    [
        ((), {}, Changes()),
        (("a", "b"), {}, Changes(opened=((MAIN, (wish("a"), wish("b"))),))),
        (("a", "b"), {MAIN: {"a", "b"}}, Changes()),
        (("a", "b"), {MAIN: {"a"}}, Changes(joining=(wish("b"),))),
        (("a",), {MAIN: {"a", "b"}}, Changes(leaving=((MAIN, "b"),))),
        ((), {MAIN: {"a"}}, Changes(leaving=((MAIN, "a"),))),
    ],
)
def test_only_what_differs_is_changed(wanted, running, expected):
    levels = {berth: frozenset(names) for berth, names in running.items()}
    assert changes(wishes(*map(wish, wanted)), levels) == expected


def test_a_bot_that_moved_leaves_before_it_is_begun_elsewhere():
    moved = wishes(wish("a", OTHER))
    assert changes(moved, {MAIN: frozenset("a")}) == Changes(leaving=((MAIN, "a"),))
    assert changes(moved, {MAIN: frozenset()}) == Changes(opened=((OTHER, (wish("a", OTHER),)),))


def test_every_account_has_a_fleet_of_its_own():
    found = changes(wishes(wish("a"), wish("b", OTHER)), {})
    assert [berth for berth, _ in found.opened] == [MAIN, OTHER]


def test_a_bot_that_could_not_be_started_rests():
    assert changes(wishes(wish("a"), wish("b")), {}, frozenset("a")).opened == ((MAIN, (wish("b"),)),)


def test_doing_what_it_says_leaves_nothing_to_do():
    wanted = wishes(wish("a"), wish("b"), wish("c", OTHER))
    running = {MAIN: frozenset({"b", "x"})}
    first = changes(wanted, running)
    after = {MAIN: frozenset({"a", "b"}), OTHER: frozenset({"c"})}
    assert {one.name for one in first.joining} == {"a"}
    assert first.leaving == ((MAIN, "x"),)
    assert changes(wanted, after) == Changes()
