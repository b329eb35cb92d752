"""kill -9 of the gateway's process at each named point: Unknown for the engine, and nothing is sent twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.made import Ear, unsent
from tests.gateway.processes import crew, engine, gateway, orders_at
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import exchange

from botswain.model.caps import Caps
from botswain.model.errands import AskBalances, AskOrder, AskWorking
from botswain.model.intents import Request
from botswain.model.outcomes import Absent, Accepted, Answer, Failed, Rows, Unknown
from botswain.sandbox.control import made_key
from botswain.store import bots, credentials


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


POINTS = [("gateway_received", False), ("gateway_checked", False), ("gateway_answered", True)]


@pytest.mark.parametrize(("point", "arrived"), POINTS)
async def test_a_kill_at_a_point_is_unknown_and_reading_tells_what_became_of_it(
    site: Site, tmp_path: Path, point: str, arrived: bool
) -> None:
    async with crew(tmp_path) as found:
        errand = await found.journaled()
        with gateway(tmp_path, site.port, "--crash-at", f"{point}:1") as killed:
            async with engine(tmp_path) as e:
                outcome = await e.send(errand)
                assert isinstance(outcome, Unknown), outcome
                assert killed.ended() == -signal.SIGKILL
                assert isinstance(await e.ask(errand.account_id, AskBalances()), Failed)
                with gateway(tmp_path, site.port):
                    async with asyncio.timeout(60):
                        await e.connected()
                    name = errand.request.places
                    asked = await e.ask(errand.account_id, AskOrder("BTC/USDT", name))
                    assert isinstance(asked, Answer if arrived else Absent), asked
                    assert orders_at(site) == [name] * arrived
                    after = await found.journaled()
                    assert isinstance(await e.send(after), Accepted)
                    assert orders_at(site) == [name] * arrived + [after.request.places]


async def test_the_process_sends_what_is_journaled_within_its_caps_and_nothing_else(site: Site, tmp_path: Path) -> None:
    secret = made_key("main").secret
    async with crew(tmp_path, Caps(("BTC/USDT",), orders_per_minute=2)) as found:
        first, second, third = [await found.journaled() for _ in range(3)]
        with gateway(tmp_path, site.port) as process:
            async with engine(tmp_path) as e:
                assert isinstance(await e.send(first), Accepted)
                assert "never sent" in unsent(await e.send(first)).message
                stranger = found.errand(Request("", "made-up", first.request.row))
                assert "journal" in unsent(await e.send(stranger)).message
                assert isinstance(await e.send(second), Accepted)
                assert "2 orders in the last minute" in unsent(await e.send(third)).message
                assert isinstance(await e.send(await found.journaled_cancel(first.request.places)), Accepted)
                works = await e.ask(first.account_id, AskWorking(("BTC/USDT",)))
                assert isinstance(works, Answer)
                assert isinstance(works.data, Rows)
                assert [one.client_order_id for one in works.data.items] == [second.request.places]
                async with found.store.transaction(None) as tx:
                    await bots.take_lease(tx, found.bot.id, "next", now_ms=1, until_ms=2, take_over=True)
                late = found.errand(Request(second.request.places, "", None))
                assert "lease epoch 2" in unsent(await e.send(late)).message
        assert process.ended() == 0
        assert secret not in "".join(process.said)
        assert not (tmp_path / "gateway.sock").exists()


async def test_a_revoked_key_is_dropped_within_seconds_while_the_process_runs(site: Site, tmp_path: Path) -> None:
    async with crew(tmp_path) as found:
        with gateway(tmp_path, site.port):
            async with engine(tmp_path) as e:
                ear = Ear()
                hearing = asyncio.create_task(e.listen(found.bot.account_id, ear))
                await ear.until(lambda: ("live", None) in ear.notes)
                async with found.store.transaction(found.bot.tenant_id) as tx:
                    await credentials.revoke(tx, "main", 1)
                async with asyncio.timeout(5):
                    await ear.until(lambda: "changed or revoked" in str(ear.notes))
                assert "no key of account" in unsent(await e.send(await found.journaled())).message
                assert isinstance(await e.ask(found.bot.account_id, AskBalances()), Failed)
                hearing.cancel()
                await asyncio.wait({hearing})
