"""What holding costs on paper: backtest, paper and replay charge the same, also through kills and absences."""

import random
from decimal import Decimal

import msgspec
import pytest
from tests.engine.compare import backtested
from tests.engine.crews import CONFIG
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_same_fills import held_against_a_backtest, money, same_books
from tests.fakes.installation import Installation, Killed

from botswain.control.bot_terms import terms_of
from botswain.control.holding import HoldingConfig
from botswain.control.journal_words import sentence
from botswain.engine import roster
from botswain.lab.coarser import coarser
from botswain.store.bot_records import TYPES, Away, Charged

QUICK = {"fast": 2, "slow": 6}
RATES = HoldingConfig("0.0007", 4, "0.9")


def scene(direction, symbols=("BTC/USDT",), **more):
    """A bot on candles of five minutes, over three days with gaps."""
    candles = {one: coarser(drawn(place + 5, one, 4_500, gaps=0.3), "5m") for place, one in enumerate(symbols)}
    rules = {one: instrument(one, shortable=True) for one in symbols}
    settings = {"params": QUICK | {"direction": direction}, "sizing": ("percent", "0.3"), "holding": RATES} | more
    return Scene(bot("sma_crossover", symbols, **settings), candles, rules)


def of_result(result):
    """A backtest's charges."""
    return [(f.time_ms, f.symbol, f.kind, f.rate, f.position, f.price, f.cash) for f in result.charges]


async def rows(installation, name="one"):
    """A bot's journal as records."""
    return [TYPES.read(one.kind, one.version, one.payload) for one in await installation.journal(name)]


def of_journal(records, runner):
    """The same as the journal has them."""
    units = runner.steps.units
    return [
        (
            one.time_ms,
            units[one.symbol].symbol,
            one.kind,
            Decimal(one.rate),
            int(one.position) * units[one.symbol].base,
            one.price * units[one.symbol].tick,
            money(runner, int(one.cash)),
        )
        for one in records
        if isinstance(one, Charged)
    ]


@pytest.mark.parametrize(
    ("made", "kinds", "signs"),
    [
        (scene("long"), {"funding"}, {-1}),
        (scene("short"), {"funding", "borrow"}, {-1, 1}),
        (scene("both", ("BTC/USDT", "ETH/USDT"), exits={"stop_loss": "0.02"}), {"funding", "borrow"}, {-1, 1}),
    ],
    ids=["long", "short", "both, two symbols"],
)
async def test_paper_charges_what_its_backtest_does_and_a_replay_finds_no_difference(made, kinds, signs, kernels):
    expected = await held_against_a_backtest(made, kernels)
    assert {one.kind for one in expected.charges} == kinds
    assert {1 if one.cash > 0 else -1 for one in expected.charges} == signs
    installation = Installation(kernels)
    fleet = await installation.process(made.market, made.config, [made.bot])
    [runner] = fleet.runners
    assert of_journal(await rows(installation), runner) == of_result(expected)
    paid = expected.metrics["funding_paid"] + expected.metrics["borrow_paid"]
    assert money(runner, runner.bot.charged) == paid
    free = backtested(msgspec.structs.replace(made.bot, holding=HoldingConfig()), made.candles, made.market)
    assert free.final_equity != expected.final_equity


async def test_a_kill_at_any_point_changes_nothing(kernels, monkeypatch):
    monkeypatch.setattr(roster, "CHECKPOINT_EVERY", 50)
    made = scene("both")
    whole = Installation(kernels)
    [runner] = (await whole.process(made.market, CONFIG, [made.bot], candles=400)).runners
    expected = await rows(whole)
    assert sum(isinstance(one, Charged) for one in expected) > 4
    chance = random.Random(3)
    killed = Installation(kernels)
    for point in ("candle_received", "candle_recorded", "decided", "committed", "sent") * 3:
        left = chance.randrange(5, 25)

        def crash(at, point=point):
            nonlocal left
            left -= at == point
            if left < 0:
                raise Killed

        with pytest.raises(Killed):
            await killed.process(made.market, CONFIG, [made.bot], crash=crash)
        killed = killed.copy()
    fleet = await killed.start(made.market, CONFIG, [made.bot])
    done = fleet.recovered
    await killed.process(made.market, CONFIG, [made.bot], candles=400 - done)
    assert await rows(killed) == expected
    [again] = (await killed.start(made.market, CONFIG, [made.bot])).runners
    assert again.bot.charged == runner.bot.charged
    assert again.bot.decider.snapshot().tobytes() == runner.bot.decider.snapshot().tobytes()
    same_books(again)


async def test_what_came_due_while_it_was_away_is_charged_when_it_is_back(kernels):
    made = scene("long")
    other = msgspec.structs.replace(made.bot, name="other")
    installation = Installation(kernels)
    expected = of_result(backtested(made.bot, made.candles, made.market))
    # Away over the second charge that meets a position, on the candle before which it is due.
    times = made.candles["BTC/USDT"].ts.tolist()
    due = next(k for k, at in enumerate(times) if at >= expected[1][0])
    await installation.process(made.market, CONFIG, [made.bot, other], candles=due - 1)
    before = len(await rows(installation))
    await installation.process(made.market, CONFIG, [other], candles=4)
    [runner, _] = (await installation.start(made.market, CONFIG, [made.bot, other])).runners
    new = (await rows(installation))[before:]
    away = next(k for k, one in enumerate(new) if isinstance(one, Away))
    told = [one for one in new[away:] if isinstance(one, Charged)]
    assert of_journal(told, runner) == [expected[1]]
    same_books(runner)
    for name in ("one", "other"):
        found = await installation.replay(name)
        assert (found.count, found.differences, found.pending, found.missed) == (0, (), 0, 0)


async def test_a_charge_is_told_in_a_sentence(kernels):
    made = scene("short")
    installation = Installation(kernels)
    [runner] = (await installation.process(made.market, made.config, [made.bot])).runners
    told = [one for one in await rows(installation) if isinstance(one, Charged)]
    started = (await installation.journal("one"))[0]
    terms = terms_of(TYPES.read(started.kind, started.version, started.payload))
    said = [sentence(terms, one, {}) for one in told]
    assert any(one.startswith("Received ") and "funding of" in one and one.endswith("and 0.07 %") for one in said)
    assert any(one.startswith("Paid ") and "the borrow fee of a day" in one and "90 % a year" in one for one in said)
    assert all("BTC/USDT held short, at " in one for one in said)
    assert runner.bot.fills > 10
