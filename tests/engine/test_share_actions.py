"""Splits and dividends on paper: backtest, paper and replay do the same, also through kills and absences."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from tests.engine.crews import CONFIG
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_holding import of_journal, rows
from tests.engine.test_same_fills import held_against_a_backtest, money, same_books
from tests.fakes.installation import Installation, Killed
from tests.history.samples import shared_data

from botswain.control.holding import HoldingConfig
from botswain.control.share_actions import ActionConfig, with_actions_read
from botswain.engine import roster
from botswain.history.files import read_candles
from botswain.history.grid import default_instrument
from botswain.lab.coarser import coarser
from botswain.model.actions import split_of
from botswain.store.bot_records import Away, Charged, Resized, Split
from botswain.strategies import catalog

QUICK = {"fast": 2, "slow": 6}
RATES = HoldingConfig("0.0007", 4, "0.9")
DIVIDENDS = ((0, "1:1", "0.13"), (60, "1:1", "0.23"), (130, "1:1", "0.33"), (131, "1:1", "0.5"), (300, "1:1", "0.07"))
SPLITS = ((3, "2:1", "0"), (70, "3:2", "0.11"), (131, "1:1", "0.5"), (170, "1:7", "0"), (260, "4:1", "0"))


def at_prices_of_the_day(candles, told):
    """Candles as they were traded where shares split: the walk's prices divided from each split on."""
    factor, whole = Fraction(1), {name: getattr(candles, name).copy() for name in ("open", "high", "low", "close")}
    for place, ratio, *_ in told:
        factor = split_of(ratio)
        for column in whole.values():
            column[place:] = (column[place:] / float(factor)).round(2)
    return replace(candles, **whole)


def scene(told, params, symbols=("ABC/USD",), strategy="sma_crossover", **more):
    """A bot on candles of five minutes with gaps; `told`: before which candle, what split and what dividend.

    A fourth number is by how many minutes it comes earlier.
    """
    candles, actions = {}, {}
    for place, symbol in enumerate(symbols):
        drawn_ones = coarser(drawn(place + 5, symbol, 2_000, gaps=0.3), "5m")
        candles[symbol] = at_prices_of_the_day(drawn_ones, told)
        times = drawn_ones.ts.tolist()
        actions[symbol] = [
            ActionConfig(int(times[k]) - 60_000 * (early[0] if early else k % 3), split, cash)
            for k, split, cash, *early in told
        ]
    rules = {one: instrument(one, lot="1", tick="0.01", shortable=True) for one in symbols}
    settings = {"params": params, "sizing": ("percent", "0.3"), "actions": actions} | more
    return Scene(bot(strategy, symbols, **settings), candles, rules)


def of_result(result):
    """A backtest's dividends of what was held."""
    return [(f.time_ms, f.symbol, "dividend", f.cash) for f in result.actions if f.dividend and f.cash]


def splits_of_result(result):
    """A backtest's splits."""
    return [
        (f.time_ms, f.symbol, f.split, f.position_before, f.position_after, f.cash) for f in result.actions if f.split
    ]


def splits_of_journal(records, runner):
    """The same as the journal has them."""
    units = runner.steps.units
    return [
        (
            one.time_ms,
            units[one.symbol].symbol,
            Fraction(one.num, one.den),
            int(one.before) * units[one.symbol].base,
            int(one.after) * units[one.symbol].base,
            money(runner, int(one.cash)),
        )
        for one in records
        if isinstance(one, Split)
    ]


async def same_actions(made, expected, kernels):
    """Run a scene whole; its dividends and splits are those of the backtest. Returns its journal."""
    installation = Installation(kernels)
    [runner] = (await installation.process(made.market, made.config, [made.bot])).runners
    records = await rows(installation)
    told = [(at, symbol, kind, cash) for at, symbol, kind, *_, cash in of_journal(records, runner)]
    assert [one for one in told if one[2] == "dividend"] == of_result(expected)
    assert splits_of_journal(records, runner) == splits_of_result(expected)
    return records


@pytest.mark.parametrize("direction", ["long", "both"])
async def test_paper_pays_the_dividends_of_its_backtest_and_a_replay_finds_no_difference(direction, kernels):
    made = scene(DIVIDENDS, QUICK | {"direction": direction}, ("ABC/USD", "XYZ/USD"))
    expected = await held_against_a_backtest(made, kernels)
    records = await same_actions(made, expected, kernels)
    assert sum(isinstance(one, Charged) for one in records) > 3


@pytest.mark.parametrize(
    "made",
    [
        scene(SPLITS, QUICK | {"direction": "both"}, ("ABC/USD", "XYZ/USD"), holding=RATES),
        scene(
            SPLITS,
            QUICK | {"direction": "both"},
            exits={"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.025"},
            limits={"max_position": "0.4", "max_consecutive_losses": "5", "cooldown_ms": "900000"},
        ),
    ],
    ids=["two symbols, charged too", "exits and gate"],
)
async def test_paper_splits_as_its_backtest_does_and_a_replay_finds_no_difference(made, kernels):
    expected = await held_against_a_backtest(made, kernels)
    records = await same_actions(made, expected, kernels)
    assert any(one.before != 0 for one in records if isinstance(one, Split))
    assert any(isinstance(one, Resized) for one in records)


WILD = (
    (20, "3:2", "0.11"),
    (41, "1:7", "0"),
    (60, "4:1", "0"),
    (85, "1:3", "0.2"),
    (97, "1:7", "0", 2),
    (97, "7:1", "0", 1),
    (110, "5:1", "0"),
    (133, "2:3", "0"),
)


@pytest.mark.parametrize("number", range(6))
async def test_orders_of_every_kind_go_through_splits_as_in_a_backtest(number, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "wild_orders", ("tests.engine.wild_orders", "WildOrders"))
    guards = (
        {"exits": {"stop_loss": "0.02", "trailing_stop": "0.025"}, "limits": {"max_position": "0.8"}}
        if number % 2
        else {}
    )
    made = scene(WILD, {"seed": number + 1}, ("ABC/USD", "XYZ/USD"), "wild_orders", **guards)
    expected = await held_against_a_backtest(made, kernels)
    await same_actions(made, expected, kernels)
    assert len(expected.fills) > 50


POINTS = ("candle_received", "candle_recorded", "decided", "committed", "sent")


def killed_at(point, count):
    """What kills a process when it comes to a point for the count-th time."""
    left = count

    def crash(at):
        nonlocal left
        left -= at == point
        if left < 0:
            raise Killed

    return crash


GUARDS = {"exits": {"stop_loss": "0.02", "trailing_stop": "0.025"}, "limits": {"max_position": "0.8"}}


@pytest.mark.parametrize("place", [70, 131])
async def test_a_kill_before_at_and_after_a_split_or_a_dividend_changes_nothing(place, kernels, monkeypatch):
    monkeypatch.setattr(roster, "CHECKPOINT_EVERY", 20)
    made = scene(SPLITS, QUICK | {"direction": "both"}, ("ABC/USD", "XYZ/USD"), holding=RATES, **GUARDS)
    at = [one.open_ms for one in made.market.instants(-1)].index(int(made.candles["ABC/USD"].ts[place]))
    first, last = at - 5, at + 30
    whole = Installation(kernels)
    [runner] = (await whole.process(made.market, CONFIG, [made.bot], candles=last)).runners
    expected = await rows(whole)
    assert any(one.before if isinstance(one, Split) else one.kind == "dividend" for one in of_kinds(expected))
    for point in POINTS:
        for left in (4, 5, 6):
            killed = Installation(kernels)
            await killed.process(made.market, CONFIG, [made.bot], candles=first)
            with pytest.raises(Killed):
                await killed.process(made.market, CONFIG, [made.bot], crash=killed_at(point, left))
            killed = killed.copy()
            done = (await killed.start(made.market, CONFIG, [made.bot])).recovered
            [again] = (await killed.process(made.market, CONFIG, [made.bot], candles=last - done)).runners
            assert await rows(killed) == expected, (point, left)
            assert again.bot.decider.snapshot().tobytes() == runner.bot.decider.snapshot().tobytes()
            same_books(again)


def of_kinds(records):
    """What was done to shares, and charged."""
    return [one for one in records if isinstance(one, Split | Charged)]


async def test_what_was_done_to_its_shares_while_it_was_away_is_done_when_it_is_back(kernels):
    made = scene(SPLITS, QUICK | {"direction": "both"}, ("ABC/USD", "XYZ/USD"), holding=RATES, **GUARDS)
    other = msgspec.structs.replace(made.bot, name="other")
    times = [one.open_ms for one in made.market.instants(-1)]
    for place in (70, 260):
        at = times.index(int(made.candles["ABC/USD"].ts[place]))
        installation = Installation(kernels)
        await installation.process(made.market, CONFIG, [made.bot, other], candles=at - 2)
        before = len(await rows(installation))
        await installation.process(made.market, CONFIG, [other], candles=6)
        [runner, _] = (await installation.process(made.market, CONFIG, [made.bot, other], candles=40)).runners
        new = (await rows(installation))[before:]
        away = next(k for k, one in enumerate(new) if isinstance(one, Away))
        assert any(isinstance(one, Split) for one in new[away:])
        same_books(runner)
        for s, symbol in enumerate(made.bot.symbols):
            assert runner.venue.position(s) == int(runner.bot.decider.state.parts["books"][s].pos), symbol
        for name in ("one", "other"):
            found = await installation.replay(name)
            assert (found.count, found.differences, found.pending, found.missed) == (0, (), 0, 0)
        [again, _] = (await installation.start(made.market, CONFIG, [made.bot, other])).runners
        assert again.bot.decider.snapshot().tobytes() == runner.bot.decider.snapshot().tobytes()


@pytest.mark.parametrize(
    ("name", "file", "actions", "first", "splits"),
    [
        ("AAPL", "1d_1998-2021.parquet", "factors.csv", 1_700, ["2:1", "7:1", "4:1"]),
        ("NVDA", "1d_2024-2026.parquet", "1d_2024-2026.parquet", 0, ["10:1"]),
        ("UVXY", "1d_2024-2026.parquet", "1d_2024-2026.parquet", 0, ["1:5", "1:5"]),
    ],
)
async def test_real_shares_through_the_splits_and_dividends_of_their_files(name, file, actions, first, splits, kernels):
    folder, symbol = shared_data() / "us-equity" / name, f"{name}/USD"
    candles = read_candles(folder / file, symbol)
    candles = candles.slice(first, len(candles))
    told = with_actions_read({"actions": {symbol: actions}}, folder)["actions"]
    settings = {
        "params": {"fast": 5, "slow": 20},
        "sizing": ("percent", "0.9"),
        "capital": 100_000,
        "exits": {"stop_loss": "0.1"},
        "actions": msgspec.convert(told, dict[str, list[ActionConfig]]),
    }
    rules = {symbol: instrument(symbol, lot="1", tick=str(default_instrument(candles, Decimal(0)).tick_size))}
    made = Scene(bot("sma_crossover", [symbol], **settings), {symbol: candles}, rules)
    expected = await held_against_a_backtest(made, kernels)
    records = await same_actions(made, expected, kernels)
    assert [f"{one.num}:{one.den}" for one in records if isinstance(one, Split)] == splits
    assert any(isinstance(one, Charged) for one in records) == (name != "UVXY")
