"""What a bot can do is what all of its symbols allow; what there is no other way for is refused with the numbers."""

from decimal import Decimal

import msgspec
import pytest
from tests.engine.markets import listing
from tests.engine.scenes import bot, instrument

from botswain.control.config import plan_of
from botswain.engine.symbol_abilities import abilities_of, check_orders, crowded
from botswain.model.errors import BadInput
from botswain.model.intents import Abilities
from botswain.model.orders import OrderKind

VENUE = Abilities(amends_down=True, replaces=True, lists=True)
BTC = "BTC/USDT"
EVERY = frozenset(OrderKind)


def listed(symbol=BTC, **more):
    given = {"oco": True, "amends": True, "replaces": True, "max_orders": 200, "max_algo_orders": 5, "kinds": EVERY}
    return msgspec.structs.replace(listing(symbol), **(given | more))


def plan(levels=10, name="one", params=(), **more):
    wanted = bot("grid", [BTC], name, params={"step": "0.01", "levels": levels} | dict(params), **more)
    fee = Decimal("0.001")
    return plan_of(wanted, {BTC: instrument(BTC, maker_fee=fee, taker_fee=fee)}, 60_000)


@pytest.mark.parametrize(("word", "ability"), [("amends", "amends_down"), ("replaces", "replaces"), ("oco", "lists")])
def test_what_one_symbol_does_not_allow_its_bot_cannot(word, ability):
    assert abilities_of(VENUE, [listed(), listed("ETH/USDT")]) == VENUE
    found = abilities_of(VENUE, [listed(), listed("ETH/USDT", **{word: False})])
    assert {one: getattr(found, one) for one in ("amends_down", "replaces", "lists")} == {
        one: one != ability for one in ("amends_down", "replaces", "lists")
    }
    assert not getattr(abilities_of(Abilities(), [listed()]), ability)


def test_more_orders_than_are_taken_are_refused_with_the_numbers():
    check_orders("one", plan(), {BTC: listed(max_orders=10)})
    check_orders("one", plan(), {BTC: listed(max_orders=0)})
    with pytest.raises(BadInput, match=r"'one' may want 10 orders on BTC/USDT at once, its venue takes 9 \(10 of its"):
        check_orders("one", plan(), {BTC: listed(max_orders=9)})
    with pytest.raises(BadInput, match=r"may want 12 orders .* takes 11 \(10 of its strategy, 2 exits\)"):
        check_orders("one", plan(exits={"stop_loss": "0.1", "take_profit": "0.1"}), {BTC: listed(max_orders=11)})


def test_a_ladder_has_a_stop_for_each_of_its_parts():
    rungs = {"take_profit_1": "0.1", "take_profit_share_1": "0.2", "take_profit_2": "0.2", "take_profit_share_2": "0.2"}
    with pytest.raises(BadInput, match=r"may want 12 orders .* takes 11 \(10 of its strategy, 2 exits\)"):
        check_orders("one", plan(exits=rungs), {BTC: listed(max_orders=11)})
    stopped = rungs | {"stop_loss": "0.1"}
    with pytest.raises(BadInput, match=r"takes 14 \(10 of its strategy, 5 exits\)"):
        check_orders("one", plan(exits=stopped), {BTC: listed(max_orders=14)})
    with pytest.raises(
        BadInput, match=r"wants 3 stops on BTC/USDT at once, one for each part of a position, its venue ta"
    ):
        check_orders("one", plan(exits=stopped), {BTC: listed(max_algo_orders=2)})
    check_orders("one", plan(exits=stopped | {"take_profit_share_2": "0"}), {BTC: listed(max_algo_orders=2)})


def test_a_grid_of_many_levels_is_taken_where_few_of_them_rest():
    many = {"spacing": "geometric", "resting": 4}
    check_orders("one", plan(300, params=many), {BTC: listed(max_orders=8)})
    with pytest.raises(BadInput, match=r"may want 8 orders .* takes 7 \(8 of its strategy, 0 exits\)"):
        check_orders("one", plan(300, params=many), {BTC: listed(max_orders=7)})
    with pytest.raises(BadInput, match="have fewer rest"):
        check_orders("one", plan(300, params={"spacing": "geometric", "trail": "up"}), {BTC: listed()})
    check_orders("one", plan(5, params=many), {BTC: listed(max_orders=5)})


def test_orders_of_a_kind_that_is_not_taken_are_refused():
    kinds = EVERY - {OrderKind.STOP}
    check_orders("one", plan(), {BTC: listed(kinds=kinds)})
    check_orders("one", plan(exits={"stop_loss": "0.1"}), {BTC: listed(kinds=frozenset())})
    with pytest.raises(BadInput, match="needs stop orders on BTC/USDT, its venue takes only limit, market"):
        check_orders("one", plan(exits={"trailing_stop": "0.1"}), {BTC: listed(kinds=kinds)})


def test_bots_that_are_too_many_for_one_account_are_told_so():
    several = [(f"bot {n}", plan(exits={"stop_loss": "0.1"})) for n in range(6)]
    assert crowded(several[:5], {BTC: listed()}) == []
    (said,) = crowded(several, {BTC: listed()})
    assert "together may want 6 stops on BTC/USDT at once, the venue takes 5 from an account" in said
    (said,) = crowded(several[:2], {BTC: listed(max_orders=21)})
    assert said.startswith("bot 0, bot 1 together may want 22 orders on BTC/USDT at once, the venue takes 21")
