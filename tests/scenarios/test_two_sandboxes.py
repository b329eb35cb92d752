"""Two sandboxes of other seeds on one machine are two markets, from the engine to what the page reads."""

import asyncio
from decimal import Decimal

from tests.cli.live_bench import SYMBOL, Bench, ladder, ready, true_soon
from tests.fakes.live import now_ms, parts_of
from tests.sandbox.ports import served

from botswain.api.bus_relay import BusRelay
from botswain.api.market_words import MarketWords
from botswain.api.markets import shown
from botswain.build.decider import matching
from botswain.bus.here import Here
from botswain.bus.topics import MARKET, PRICE
from botswain.cli.live_wiring import Places
from botswain.cli.paper_wiring import side_of
from botswain.cli.venue_reads import BinanceReads
from botswain.control import markets
from botswain.control.config import MarketConfig, stored_form
from botswain.control.day_ago import DayAgo
from botswain.control.last_closes import LastCloses
from botswain.control.paper_accounts import PaperConfig
from botswain.engine.account_rows import account_for
from botswain.engine.announcer import Announcer
from botswain.engine.recovery import local_tenant
from botswain.engine.supervision import Supervision
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.seed_market import SeedMarket
from botswain.store import accounts, bots, halts
from botswain.store.accounts import Environment
from botswain.store.bots import DesiredState

GRID = {"params": {"step": "0.01", "levels": 4}, "sizing": ("fixed_quote", "400")}


class Nobody:
    """Connections of which there are none."""

    def is_heard(self, _tenant_id):
        return False


def exchange(kernels, seed, account):
    """A market made up from a seed, an hour old."""
    opening = Opening(account, made_key(account), balances({"USDT": "10000"}))
    made = Exchange(SeedMarket(seed, {SYMBOL: Decimal(60_000)}, {}), matching(kernels), [opening])
    made.step(60)
    made.drain()
    return made


def newest(site):
    """The last price on an exchange."""
    (rules,), (pair,) = site.exchange.market.instruments, site.exchange.floor.pairs.values()
    return float(pair.tape.last.price * rules.tick_size)


def closed(site):
    """The close of the last candle that has ended on an exchange."""
    (rules,), (pair,) = site.exchange.market.instruments, site.exchange.floor.pairs.values()
    return float(pair.tape.candles("1m", None, site.exchange.floor.market_ms - 60_000, 1)[-1].close * rules.tick_size)


async def wanted(parts, *found):
    """Rows of bots that are wanted to run: (their settings, their market)."""
    tenant = await local_tenant(parts)
    for one, market in found:
        async with parts.store.transaction(tenant) as tx:
            environment = Environment(market.environment)
            account = await account_for(tx, market.account_name, "binance", environment, parts.new_id, now_ms())
            new = bots.NewBot(parts.new_id(), account.id, one.name, one.strategy, stored_form(one, market), 1)
            await bots.create(tx, new)
        async with parts.store.transaction(None) as tx:
            await halts.wish(tx, one.name, DesiredState.RUNNING)


def at(site, account, **more):
    """The market of an account at a sandbox."""
    found = {"venue": "binance", "environment": "sandbox", "account": account, "port": site.port, **more}
    return MarketConfig(**found)


async def read_apart(parts, red, blue):
    """What is read at venues for the page, of each account at its own."""
    reads = BinanceReads(red.port, now_ms)
    try:
        async with parts.store.reading(None) as tx:
            known = {one.name: one for one in await accounts.listed(tx)}
        assert {name: one.source for name, one in known.items()} == {
            "red": f"sandbox:{red.port}",
            "blue": f"sandbox:{blue.port}",
            "play": f"sandbox:{blue.port}",
            "idle": "",
        }
        read = {name: float(await reads.price(one, SYMBOL)) for name, one in known.items()}
        assert read == {name: newest(blue if name in ("blue", "play") else red) for name in known}
        assert {name: reads.port(one) for name, one in known.items() if name != "play"} == {
            "red": red.port,
            "blue": blue.port,
            "idle": red.port,
        }
    finally:
        await reads.close()


async def test_prices_markets_and_candles_of_two_sandboxes_are_never_mixed(kernels, tmp_path):
    with served(exchange(kernels, 7, "red")) as red, served(exchange(kernels, 8, "blue")) as blue:
        bench = Bench(red, kernels, tmp_path)
        parts, bus, words = parts_of(bench.store, kernels), Here(), MarketWords()
        paper = at(blue, "play", environment="paper", port=0, paper=PaperConfig({"USDT": 500}, "sandbox", blue.port))
        async with parts.store.transaction(await local_tenant(parts)) as tx:
            await accounts.create(tx, accounts.Account(parts.new_id(), "idle", "binance", Environment.SANDBOX, 1))
        await wanted(parts, (ladder("one", **GRID), at(red, "red")), (ladder("two", **GRID), at(blue, "blue")))
        places = Places(tmp_path)
        async with side_of(parts, places, paper, bench.said.append):
            pass  # opens the paper account by its terms
        await wanted(parts, (ladder("three", **GRID), paper))
        made = Supervision(parts, lambda market, say: side_of(parts, places, market, say), bench.said.append)
        relay = BusRelay(bus, Nobody(), words, now_ms, None)
        working = [asyncio.ensure_future(made.run()), asyncio.ensure_future(relay.run())]
        voice = Announcer(bus, lambda: made.crews, now_ms)
        try:
            await true_soon(
                lambda: len(made.crews) == 3 and all(ready(one) for one in made.crews.values()),
                lambda: str(bench.said),
            )
            await true_soon(lambda: bus.wanted(PRICE) and bus.wanted(MARKET))
            for site in (red, blue, red):
                await site.step_soon(1)
            expected = {
                ("sandbox", f"sandbox:{red.port}"): newest(red),
                ("sandbox", f"sandbox:{blue.port}"): newest(blue),
                ("paper", f"sandbox:{blue.port}"): newest(blue),
            }
            assert len(set(expected.values())) == 2

            def told():
                voice.look()
                return {(one.environment, one.source): float(one.price) for one in shown([], words, now_ms())}

            await true_soon(lambda: told() == expected, lambda: str((told(), expected)))
            assert {(one.environment, one.source): float(one.price) for one in words.prices.values()} == expected

            # One account is one venue's: a bot of it that is elsewhere does not run, and the others run on.
            await wanted(parts, (ladder("four", **GRID), at(blue, "red")))
            await true_soon(lambda: bench.heard("four cannot run"), lambda: str(bench.said))
            assert bench.heard(f"traded on at the sandbox on port {red.port}, and this bot's is on {blue.port}")
            assert len(made.crews) == 3
        finally:
            made.stop.set()
            await asyncio.wait({working[0]})
            working[1].cancel()
            await asyncio.wait(working)
        # What is recorded, and what is read for the page while no bot runs.
        async with parts.store.reading(None) as tx:
            recorded = await markets.recorded(tx, LastCloses(), DayAgo())
        found = {(one.environment, one.source): float(one.last.price) for one in recorded}
        assert found == dict(zip(expected, map(closed, (red, blue, blue)), strict=True))
        await read_apart(parts, red, blue)
