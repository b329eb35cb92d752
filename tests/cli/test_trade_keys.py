"""Live bots with sealed keys: opened in their own process or by a gateway's; wrong, missing and revoked ones said."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.sandbox.ports import served
from tests.scenarios.terminal import Process

from botswain.cli import live_wiring
from botswain.cli.key_pair import sealing_key, sole_use
from botswain.cli.keys_run import Asked, added, revoked
from botswain.cli.live_lines import states
from botswain.engine.venue_view import venue_view
from botswain.gateway.local import LocalGateway
from botswain.gateway.remote import RemoteGateway
from botswain.model.caps import Caps
from botswain.model.errands import Errand
from botswain.model.errors import BadInput, Unavailable
from botswain.model.intents import Request
from botswain.model.outcomes import Refused
from botswain.sandbox.control import made_key
from botswain.store.database import open_database
from botswain.store.writer import GroupCommitWriter, commits_of


@pytest.fixture
def site(kernels):
    with served(exchange(kernels)) as found:
        yield found


@asynccontextmanager
async def installation(site, kernels, home):
    """A bench on a database file, and its writer."""
    home.mkdir(exist_ok=True)
    store = await open_database(home / "botswain.db", epoch=bytes(16), now_ms=1)
    try:
        async with GroupCommitWriter(commits_of(store)) as writer:
            yield Bench(site, kernels, home, store), writer
    finally:
        await store.close()


async def add(home, environment="sandbox", account="main", secret=None, caps=None):
    """Seal a key of the sandbox's account."""
    key = made_key("main")
    asked = Asked(f"key of {account}", "binance", environment, account, caps or Caps())
    await added(home / "botswain.db", lambda: sealing_key(home), asked, (key.api_key, secret or key.secret))


async def test_a_sealed_key_is_opened_in_the_bots_own_process_and_its_caps_hold(site, kernels, tmp_path):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home, caps=Caps(symbols=("ETH/USDT",)))
        async with bench.crew(ladder(), writer=writer) as crew:
            assert isinstance(crew.fleet.side.gateway, LocalGateway)
            await bench.step(crew, 2)
            assert not bench.account().orders


async def test_the_gateway_in_the_bots_own_process_compares_the_lease_with_and_without_a_sealed_key(
    site, kernels, tmp_path
):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        for key in (False, True):
            if key:
                await add(home)
            async with bench.crew(ladder(), writer=writer) as crew:
                await bench.step(crew, 1)
                sent, gateway = len(bench.account().orders), crew.fleet.side.gateway
                runner = next(iter(crew.fleet.runners.values()))
                row = await bench.row("one")
                late = Errand(
                    account_id=row.account_id,
                    bot_id=row.id,
                    seq=runner.steps.next_seq,
                    lease_epoch=row.lease_epoch + 1,
                    symbol="BTC/USDT",
                    tick_size=Decimal("0.01"),
                    lot_size=Decimal("0.00001"),
                    request=Request("an order", "", None),
                )
                said = await gateway.send(late)
                assert isinstance(said, Refused)
                assert not said.sent
                assert f"lease epoch {row.lease_epoch}, this request carries {row.lease_epoch + 1}" in said.message
                assert len(bench.account().orders) == sent


async def test_a_key_that_is_revoked_while_bots_run_is_said_and_positions_stay_known(site, kernels, tmp_path):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home)
        async with bench.crew(ladder(), writer=writer) as crew:
            await bench.step(crew, 3)
            had = crew.runners[0].held()
            await revoked(home / "botswain.db", "key of main")
            await true_soon(lambda: crew.fleet.ear.why)
            assert account_state(crew).startswith("NOT HEARD (no key of account ")
            assert crew.runners[0].held() == had
            crew.leave.set()


def account_state(crew):
    return states(venue_view(crew.fleet))["account"]


async def test_a_wrong_secret_is_named_at_the_start(site, kernels, tmp_path):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home, secret="f" * 64)
        with pytest.raises(BadInput, match=r"does not take the key of account 'main': .*revoked, or not allowed"):
            async with bench.crew(ladder(), writer=writer):
                pass


async def test_live_trading_without_a_key_is_refused_before_the_venue_is_asked_for_anything(
    site, kernels, tmp_path, monkeypatch
):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        here = live_wiring.addresses_of
        nobody = 1  # a port at which nothing answers
        monkeypatch.setattr(
            live_wiring, "addresses_of", lambda _one, _port: here(live_wiring.Environment.SANDBOX, nobody)
        )
        with pytest.raises(
            BadInput, match="account 'main' has no key for binance live; add one with botswain keys add"
        ):
            async with bench.crew(ladder(), writer=writer, environment="live", port=0):
                pass


@pytest.mark.parametrize(("key", "market"), [("live", "sandbox"), ("sandbox", "live"), ("test", "sandbox")])
async def test_a_key_never_serves_another_environment(site, kernels, tmp_path, monkeypatch, key, market):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home, environment=key)
        here = live_wiring.addresses_of
        monkeypatch.setattr(
            live_wiring, "addresses_of", lambda _one, _port: here(live_wiring.Environment.SANDBOX, site.port)
        )
        said = f"account 'main' is of binance {key}, not of binance {market}; name another account"
        port = site.port if market == "sandbox" else 0
        with pytest.raises(BadInput, match=said):
            async with bench.crew(ladder(), writer=writer, environment=market, port=port):
                pass


async def test_a_gateway_of_its_own_opens_the_key_and_is_waited_for_where_it_is_gone(
    site, kernels, tmp_path, monkeypatch
):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home)
        with Process(home, "gateway", "--sandbox-port", str(site.port)) as gateway:
            while "listening" not in (await asyncio.to_thread(gateway.lines, 1))[0]:
                pass
            async with bench.crew(ladder(), writer=writer) as crew:
                assert isinstance(crew.fleet.side.gateway, RemoteGateway)
                await bench.step(crew, 3)
                assert len(bench.account().open) == 10
        # It is started again by whoever started it, and could not be while this process held the keys.
        monkeypatch.setattr(live_wiring, "GATEWAY_S", 0.05)
        with pytest.raises(Unavailable, match="does not answer; start it again"):
            async with bench.made(ladder()).opened():
                pass
        assert not bench.places.held


async def test_two_processes_that_open_keys_are_told_to_share_a_gateway(site, kernels, tmp_path):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home)
        async with bench.crew(ladder(), writer=writer):
            other = Bench(site, kernels, home, bench.store)
            with pytest.raises(BadInput, match=r"another process has opened the venue keys .* start botswain gateway"):
                async with other.crew(ladder("two"), writer=writer):
                    pass


async def test_a_process_that_opens_the_keys_itself_says_so_once_and_a_gateway_is_told_what_to_do(
    site, kernels, tmp_path
):
    home = tmp_path / "data"
    async with installation(site, kernels, home) as (bench, writer):
        await add(home)
        for _ in range(2):
            async with bench.crew(ladder(), writer=writer):
                pass
        said = [one for one in bench.said if "opens the venue keys itself" in one]
        assert len(said) == 1
        assert "stop this, start botswain gateway, then this again" in said[0]
        with pytest.raises(BadInput, match=r"botswain trade or engine that began while no gateway answered\. Stop it"):
            sole_use(home)
