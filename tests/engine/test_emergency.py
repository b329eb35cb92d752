"""A kill while the database is away: entries come off, the halt survives, and nothing is sent that opens a position."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.sandbox.ports import served

from botswain.engine.emergency import entries
from botswain.model.errors import FailClosed, Unavailable
from botswain.model.news import Command, Mode
from botswain.store.emergency import EmergencyFile, Halting

AWAY = "the database is away"


class Failing:
    """A database that does not answer while it is away."""

    def __init__(self, store):
        self.store, self.away = store, False

    def check(self):
        if self.away:
            raise Unavailable(AWAY)

    @asynccontextmanager
    async def transaction(self, tenant):
        self.check()
        async with self.store.transaction(tenant) as tx:
            yield tx

    @asynccontextmanager
    async def reading(self, tenant):
        self.check()
        async with self.store.reading(tenant) as tx:
            yield tx

    async def append(self, item):
        self.check()
        return await self.store.append(item)

    def submit(self, item, then):
        self.check()
        self.store.submit(item, then)


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        found = Bench(site, kernels, tmp_path)
        found.store = Failing(found.store)
        found.file = EmergencyFile(tmp_path / "db.emergency")
        found.file.reserve()
        made = found.made

        def made_with_file(*wanted, **more):
            crew = made(*wanted, **more)
            crew.parts = replace(crew.parts, emergency=found.file)
            return crew

        found.made = made_with_file
        yield found


def buys(bench):
    return [one for one in bench.account().open.values() if one.terms.side == 1]


def sells(bench):
    return [one for one in bench.account().open.values() if one.terms.side == -1]


async def traded(bench, crew):
    """Until the ladder has entries and what reduces."""
    for _ in range(60):
        await bench.step(crew)
        if buys(bench) and sells(bench):
            return
    raise AssertionError("the ladder never held anything")


async def test_a_halt_ordered_while_the_database_is_away_takes_entries_off_and_stands_when_it_is_back(bench):
    async with bench.crew(ladder()) as crew:
        await traded(bench, crew)
        left = len(sells(bench))
        assert len(entries(crew.fleet, crew.runners[0])) == len(buys(bench))
        bench.store.away = True
        bench.file.append(Halting("one", "looks odd", "ann on desk", 5))
        await true_soon(lambda: not buys(bench), lambda: str(bench.said))
        assert len(sells(bench)) == left
        assert len(bench.file.pending().cancels()) >= 1
        bench.store.away = False
        await true_soon(lambda: crew.fleet is not None and crew.fleet.account.fresh, lambda: str(bench.said))
        assert crew.runners[0].bot.mode is Mode.CANCEL_ENTRIES
        row = await bench.row("one")
        assert (row.halted_by, row.halted_reason) == ("ann on desk", "looks odd")
        assert bench.file.pending().records == {}
        await bench.step(crew, 3)
        assert not buys(bench)
        assert bench.heard("halted while the database does not answer")
        assert bench.heard("cancels were sent while the database did not answer")


async def test_without_a_halt_orders_stay_as_they_are_while_it_is_away(bench):
    async with bench.crew(ladder()) as crew:
        await traded(bench, crew)
        before = set(bench.account().open)
        bench.store.away = True
        await bench.site.step_soon(1)
        await true_soon(lambda: bench.heard(AWAY))
        assert set(bench.account().open) <= before
        assert bench.file.pending().records == {}
        bench.store.away = False
        await true_soon(lambda: crew.fleet is not None and crew.fleet.account.fresh)


async def test_what_the_engine_itself_has_stopped_meanwhile_survives(bench):
    async with bench.crew(ladder()) as crew:
        await traded(bench, crew)
        bench.store.away = True
        crew.runners[0].tell([Command(Mode.CANCEL_ENTRIES, "account", "0.1 BTC is missing")])
        await true_soon(lambda: bench.file.pending().halts() and not buys(bench))
        bench.store.away = False
        await true_soon(lambda: crew.fleet is not None and crew.fleet.account.fresh, lambda: str(bench.said))
    row = await bench.row("one")
    assert (row.halted_by, row.halted_reason) == ("account", "0.1 BTC is missing")


async def test_a_bot_that_cannot_go_on_while_the_database_is_away_is_halted_in_the_file(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)

        async def broken():
            raise FailClosed("its books do not fit")

        runner, fleet = crew.runners[0], crew.fleet
        runner.run = broken
        bench.store.away = True
        await fleet.keep_running(runner)
        assert [one.reason for one in bench.file.pending().halts().values()] == ["its books do not fit"]
        bench.store.away = False


async def test_a_halt_is_obeyed_before_a_database_that_can_only_be_read_takes_it(bench):
    async with bench.crew(ladder()) as crew:
        await traded(bench, crew)

        class ReadOnly(Failing):
            def check(self):
                return None

            def transaction(self, _tenant):
                raise Unavailable("it is locked")

        watch, parts = crew.halts, crew.fleet.parts
        crew.fleet.parts = replace(parts, store=ReadOnly(bench.store))
        bench.file.append(Halting("", "fire", "bob", 6))
        await watch.look()
        assert {one.level for one in watch.standing.values()} == {"platform"}
        await true_soon(lambda: not buys(bench))
        crew.fleet.parts = parts
        await watch.look()
        assert bench.file.pending().records == {}
        assert {one.by for one in watch.standing.values()} == {"bob"}
