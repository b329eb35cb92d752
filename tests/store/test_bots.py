"""Bots: made, found by name, asked for a state, halted, leased."""

import pytest
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import BadInput, Deferred, FailClosed
from botswain.store import accounts, bots
from botswain.store.bots import DesiredState, NewBot
from botswain.store.failures import LeaseLost, NameTaken
from botswain.store.steps import HaltRow


@pytest.fixture
async def bot(store):
    """A bot nobody holds."""
    return await made.bot(store, await made.tenant(store), "grid", lease=False)


async def test_a_new_bot_is_stopped_unheld_and_under_the_epoch_in_force(bot):
    assert (bot.name, bot.strategy, bot.config) == ("grid", "grid", '{"levels":3}')
    assert (bot.desired_state, bot.halted_reason, bot.version) == (DesiredState.STOPPED, None, 1)
    assert (bot.journal_epoch, bot.lease_epoch, bot.lease_owner) == (EPOCH, 0, None)


async def test_a_bot_is_found_by_name_and_a_near_name_is_offered(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        assert await bots.by_name(tx, "grid") == bot
        with pytest.raises(BadInput, match=r"there is no bot 'gird'; did you mean 'grid'\?"):
            await bots.by_name(tx, "gird")


async def test_bots_are_listed_by_name_in_pages(store, bot):
    for name in ("alpha", "zeta"):
        await made.bot(store, bot.tenant_id, name)
    async with store.reading(bot.tenant_id) as tx:
        assert [one.name for one in await bots.listed(tx)] == ["alpha", "grid", "zeta"]
        assert [one.name for one in await bots.listed(tx, limit=1, offset=1)] == ["grid"]


async def test_a_name_is_given_once_per_tenant(store, bot):
    again = NewBot(made.new_id(), bot.account_id, "grid", "grid", "{}", NOW_MS)
    with pytest.raises(NameTaken, match="there is a bot 'grid' already"):
        async with store.transaction(bot.tenant_id) as tx:
            await bots.create(tx, again)
    assert (await made.bot(store, await made.tenant(store, "other"), "grid")).name == "grid"


@pytest.mark.parametrize(
    ("change", "said"), [({"config": "{levels"}, "not JSON"), ({"account_id": None}, "no account")]
)
async def test_a_bot_of_nonsense_is_refused(store, bot, change, said):
    values = {"account_id": bot.account_id, "config": "{}"} | {k: v or made.new_id() for k, v in change.items()}
    new = NewBot(made.new_id(), values["account_id"], "new", "grid", values["config"], NOW_MS)
    with pytest.raises(BadInput, match=said):
        async with store.transaction(bot.tenant_id) as tx:
            await bots.create(tx, new)


async def test_a_state_is_asked_for_on_the_version_that_was_seen(store, bot):
    async with store.transaction(bot.tenant_id) as tx:
        changed = await bots.set_desired_state(tx, bot.id, DesiredState.RUNNING, version=1)
    assert (changed.desired_state, changed.version) == (DesiredState.RUNNING, 2)
    with pytest.raises(BadInput, match="it is at version 2, the request was made at 1"):
        async with store.transaction(bot.tenant_id) as tx:
            await bots.set_desired_state(tx, bot.id, DesiredState.STOPPED, version=1)


async def test_a_halt_is_lifted_on_the_version_that_was_seen(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot, halt=HaltRow("DRAWDOWN", "gate", NOW_MS)))
    async with store.transaction(bot.tenant_id) as tx:
        halted = await bots.get(tx, bot.id)
        lifted = await bots.clear_halt(tx, bot.id, version=halted.version)
    assert halted.halted_reason == "DRAWDOWN"
    assert (lifted.halted_reason, lifted.halted_by, lifted.halted_ms) == (None, None, None)


async def take(store, bot, owner, **more):
    given = {"now_ms": NOW_MS, "until_ms": NOW_MS + 10, **more}
    async with store.transaction(bot.tenant_id) as tx:
        return await bots.take_lease(tx, bot.id, owner, **given)


async def test_every_taking_of_a_lease_is_a_new_epoch(store, bot):
    assert await take(store, bot, "here") == 1
    assert await take(store, bot, "here") == 2


async def test_a_lease_that_runs_is_not_taken_unless_its_owner_is_known_to_be_dead(store, bot):
    await take(store, bot, "here")
    with pytest.raises(Deferred, match=f"'grid' is run by here until {NOW_MS + 10} ms"):
        await take(store, bot, "there")
    assert await take(store, bot, "there", take_over=True) == 2


async def test_a_lease_that_ran_out_or_was_given_back_is_free(store, bot):
    epoch = await take(store, bot, "here")
    assert await take(store, bot, "there", now_ms=NOW_MS + 10) == epoch + 1
    async with store.transaction(bot.tenant_id) as tx:
        await bots.release_lease(tx, bot.id, epoch=epoch)
        assert (await bots.get(tx, bot.id)).lease_owner == "there"
        await bots.release_lease(tx, bot.id, epoch=epoch + 1)
        assert (await bots.get(tx, bot.id)).lease_owner is None
    assert await take(store, bot, "third") == epoch + 2


async def test_a_lease_is_renewed_by_its_epoch_only(store, bot):
    epoch = await take(store, bot, "here")
    async with store.transaction(bot.tenant_id) as tx:
        await bots.renew_lease(tx, bot.id, epoch=epoch, until_ms=NOW_MS + 99)
        assert (await bots.get(tx, bot.id)).lease_until_ms == NOW_MS + 99
    await take(store, bot, "here")
    with pytest.raises(LeaseLost, match="epoch 1 is gone"):
        async with store.transaction(bot.tenant_id) as tx:
            await bots.renew_lease(tx, bot.id, epoch=epoch, until_ms=NOW_MS + 99)


async def test_a_state_that_is_none_is_refused_by_the_database(store, bot):
    with pytest.raises(FailClosed, match="refused the rows"):
        await made.raw(store, "UPDATE bots SET desired_state = 'sleeping'")
    async with store.reading(bot.tenant_id) as tx:
        assert await bots.get(tx, bot.id) == bot


async def test_accounts_are_found_by_name_and_kept_apart_by_environment(store, bot):
    async with store.transaction(bot.tenant_id) as tx:
        live = accounts.Account(made.new_id(), "mine", "binance", accounts.Environment.LIVE, NOW_MS)
        await accounts.create(tx, live)
        assert await accounts.by_name(tx, "mine") == live
        assert await accounts.get(tx, live.id) == live
        assert [one.name for one in await accounts.listed(tx)] == ["account of grid", "mine"]
        with pytest.raises(BadInput, match=r"no account 'mime'; did you mean 'mine'\?"):
            await accounts.by_name(tx, "mime")
    with pytest.raises(FailClosed, match="refused the rows"):
        await made.raw(store, "UPDATE accounts SET environment = 'moon'")


async def test_a_halt_keeps_its_first_reason_and_is_lifted_by_whoever_set_it_only(store, bot):
    async with store.transaction(bot.tenant_id) as tx:
        await bots.halt(tx, bot.id, "x" * 600, "start", NOW_MS)
        await bots.halt(tx, bot.id, "later", "core", NOW_MS + 1)
        found = await bots.get(tx, bot.id)
        assert (found.halted_reason, found.halted_by, found.halted_ms) == ("x" * 512, "start", NOW_MS)
        await bots.lift_halt(tx, bot.id, "core")
        assert (await bots.get(tx, bot.id)).halted_by == "start"
        await bots.lift_halt(tx, bot.id, "start")
        assert (await bots.get(tx, bot.id)).halted_reason is None
