"""A database put back from a backup: its bots name orders anew from there on, and everything else is as it was.

On paper; over a venue it is tests/scenarios/test_put_back.py.
"""

import pytest
from tests.engine.crews import CONFIG, crew, facts, market
from tests.engine.test_recovery import kill_at, stopped, tampered
from tests.engine.test_same_fills import same_books
from tests.engine.test_wide_money import outgrowing
from tests.fakes.installation import Installation, Killed

from botswain.engine import roster
from botswain.engine.restored import Wish, renew
from botswain.model.errors import BadInput, FailClosed
from botswain.model.journal import RecordKind
from botswain.store import meta
from botswain.store.bot_records import TYPES, Renewed

NAMES = ("trend", "ladder")
WISH = Wish(bytes(range(100, 116)), "ann on deck", "the disk broke")
AGAIN = Wish(bytes(range(200, 216)), "ann on deck", "the disk broke again")
THIRD = Wish(bytes(range(50, 66)), "bob", "once more")


async def names(installation, name):
    """The client order ids of a bot, in the order of its journal."""
    return [one.client_order_id for one in sorted(await installation.orders(name), key=lambda one: one.seq)]


async def clean(installation, wanted=NAMES):
    """Nothing differs, and the chains hold."""
    for name in wanted:
        found = await installation.replay(name)
        assert (found.count, found.differences, found.pending, found.missed) == (0, (), 0, 0)
        assert (await installation.verified(name)).broken_seq is None


async def put_back(kernels, candles, made=None):
    """An installation that went on to its market's end, and its backup of a while before."""
    lived = Installation(kernels)
    await lived.process(made or market(), CONFIG, crew(), candles=candles)
    backup = lived.copy()
    await lived.process(made or market(), CONFIG, crew())
    return lived, backup


@pytest.mark.parametrize("candles", [1, 7, 15, 23])
async def test_no_id_is_used_twice_and_a_replay_over_the_renewal_finds_no_difference(candles, kernels):
    lived, backup = await put_back(kernels, candles)
    before = {name: await names(backup, name) for name in NAMES}
    assert await renew(backup.parts(), WISH) == ("ladder", "trend")
    await clean(backup)
    fleet = await backup.process(market(), CONFIG, crew())
    for runner in fleet.runners:
        same_books(runner)
    await clean(backup)
    for name in NAMES:
        after, one = await names(backup, name), await names(lived, name)
        assert after[: len(before[name])] == one[: len(before[name])] == before[name]
        assert len(after) == len(one) == len(set(after))
        assert not set(after[len(before[name]) :]) & set(one)
    assert sum(len(one) for one in before.values()) < sum([len(await names(lived, name)) for name in NAMES])


async def test_but_for_names_it_is_the_run_that_was_lost(kernels):
    lived, backup = await put_back(kernels, 9)
    await renew(backup.parts(), WISH)
    await backup.process(market(), CONFIG, crew())
    found, expected = await facts(backup), await facts(lived)
    for name in NAMES:
        _, fills, positions = found[name]
        assert [(one.time_ms, one.side, one.qty, one.price, one.fee) for one in fills] == [
            (one.time_ms, one.side, one.qty, one.price, one.fee) for one in expected[name][1]
        ]
        assert {k: (v.qty, v.cost) for k, v in positions.items()} == {
            k: (v.qty, v.cost) for k, v in expected[name][2].items()
        }


async def test_the_renewal_stands_in_every_journal_with_who_and_why(kernels):
    _, backup = await put_back(kernels, 9)
    old = {name: (await backup.bot(name)).journal_epoch for name in NAMES}
    await renew(backup.parts(), WISH)
    for name in NAMES:
        row = (await backup.journal(name))[-1]
        told = Renewed(old[name].hex(), WISH.epoch.hex(), WISH.by, WISH.why)
        assert (row.kind, TYPES.read(row.kind, row.version, row.payload)) == (RecordKind.RENEWED, told)
        bot = await backup.bot(name)
        assert (bot.journal_epoch, bot.lease_owner) == (WISH.epoch, None)
    async with backup.store.reading(None) as tx:
        assert await meta.journal_epoch(tx) == WISH.epoch


async def test_a_database_may_be_put_back_twice_and_bots_may_be_away_and_killed_in_between(kernels):
    _, backup = await put_back(kernels, 6)
    await renew(backup.parts(), WISH)
    with pytest.raises(Killed):
        await backup.process(market(), CONFIG, crew(), crash=kill_at("decided", 5))
    await backup.process(market(), CONFIG, crew()[1:], candles=8)
    await renew(backup.parts(), AGAIN)
    await renew(backup.parts(), THIRD)
    fleet = await backup.process(market(), CONFIG, crew())
    assert [one.runner.name for one in fleet.absences] == ["trend"]
    await clean(backup)
    for name in NAMES:
        assert len(set(await names(backup, name))) == len(await names(backup, name))


async def test_a_step_that_was_lost_with_the_backup_is_made_up_under_new_names(kernels):
    for point in ("candle_recorded", "decided"):
        backup = Installation(kernels)
        with pytest.raises(Killed):
            await backup.process(market(), CONFIG, crew(), crash=kill_at(point, 9))
        await renew(backup.parts(), WISH)
        assert [(await backup.replay(name)).count for name in NAMES] == [0, 0]
        await backup.process(market(), CONFIG, crew())
        await clean(backup)


@pytest.mark.parametrize("candles", [4, 5, 13])
async def test_a_checkpoint_before_or_after_the_renewal_is_gone_on_from(candles, kernels, monkeypatch):
    monkeypatch.setattr(roster, "CHECKPOINT_EVERY", 5)
    lived, backup = await put_back(kernels, candles)
    await renew(backup.parts(), WISH)
    for _ in range(4):
        await backup.process(market(), CONFIG, crew(), candles=3)
    await backup.process(market(), CONFIG, crew())
    await clean(backup)
    for name in NAMES:
        assert len(await names(backup, name)) == len(await names(lived, name))


async def test_a_bot_whose_money_outgrows_64_bits_after_it_goes_on(kernels):
    scene = outgrowing()
    installation = Installation(kernels)
    await installation.process(scene.market, scene.config, [scene.bot], candles=60)
    await renew(installation.parts(), WISH)
    await installation.process(scene.market, scene.config, [scene.bot])
    await clean(installation, [scene.bot.name])
    await installation.start(scene.market, scene.config, [scene.bot])


async def test_bots_that_have_no_journal_yet_and_bots_to_come_are_named_anew_too(kernels):
    installation = Installation(kernels)
    trend, ladder = crew()
    with pytest.raises(Killed):
        await installation.process(market(), CONFIG, [trend], crash=kill_at("candle_received", 1))
    tampered(installation, "DELETE FROM journal")
    tampered(installation, "DELETE FROM outbox")
    installation.store._commits.planner._heads.clear()
    await renew(installation.parts(), WISH)
    assert (await installation.bot("trend")).journal_epoch == WISH.epoch
    await installation.process(market(), CONFIG, [trend, ladder])
    assert (await installation.bot("ladder")).journal_epoch == WISH.epoch
    await clean(installation)


async def test_it_is_refused_while_a_living_process_runs_a_bot_and_nothing_is_changed(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=5, owner="deck 1 - 0")
    with pytest.raises(
        BadInput, match=r"cannot be renewed while bots run, and nothing was changed: bot 'ladder' is run"
    ):
        await renew(installation.parts(owner="deck 2 - 0"), WISH)
    assert not [one for one in await installation.journal("ladder") if one.kind == RecordKind.RENEWED]
    async with installation.store.reading(None) as tx:
        assert await meta.journal_epoch(tx) != WISH.epoch
    await renew(installation.parts(owner="deck 2 - 0", dead=lambda _owner: True), WISH)
    with pytest.raises(BadInput, match="fresh random bytes"):
        await renew(installation.parts(owner="deck 2 - 0", dead=lambda _owner: True), WISH)


async def test_a_renewal_that_was_killed_half_way_keeps_bots_from_starting_until_it_is_done_again(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=9)
    with pytest.raises(Killed):
        await renew(installation.parts(kill_at("epoch_renewed", 1)), WISH)
    said = await stopped(installation)
    assert "bot 'trend' was not started: the renewal of order ids" in said
    assert "Run botswain restored again" in said
    await renew(installation.parts(), AGAIN)
    await installation.process(market(), CONFIG, crew())
    await clean(installation)


async def test_an_epoch_that_the_journal_does_not_say_is_named_by_start_and_replay(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=9)
    await renew(installation.parts(), WISH)
    tampered(installation, "UPDATE bots SET journal_epoch = ?", AGAIN.epoch)
    tampered(installation, "UPDATE meta SET value = ? WHERE name = 'journal_epoch'", AGAIN.epoch.hex())
    found = await installation.replay("trend")
    assert found.count >= 1
    assert f"its journal epoch is {AGAIN.epoch.hex()}, row" in found.differences[0]
    with pytest.raises(FailClosed, match="its journal epoch is"):
        await installation.start(market(), CONFIG, crew())
