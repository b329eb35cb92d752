"""A bot that really ran: its candles with the numbers its step saw, its journal in words, its trips and positions."""

import math
from decimal import Decimal
from pathlib import Path

import pytest
from tests.api.desk import desk_on
from tests.engine.crews import BTC, CONFIG, COUNT, ETH, crew, market
from tests.fakes.installation import Installation

from botswain.control.datasets import candles_of
from botswain.control.decimal_text import money_text
from botswain.control.recorded import RecordedCandles
from botswain.core.streams import Streams
from botswain.model.errors import BadInput
from botswain.model.journal import RecordKind
from botswain.store.bot_records import CANDLE_DECODER, TYPES
from botswain.store.market import read
from botswain.strategies.sma_crossover import SmaCrossover


@pytest.fixture
async def here(kernels):
    """An installation after the crew has run, and a desk whose caller owns it."""
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    row = await installation.bot("trend")
    async with desk_on(installation.store, row.tenant_id) as desk:
        yield installation, desk
    await installation.store.close()


async def streamed(installation, symbol):
    """The indicators of the recorded candles of a symbol, one candle at a time, by the number of their event."""
    entry = (await installation.journal("trend"))[0]
    started = TYPES.read(entry.kind, entry.version, entry.payload)
    streams = Streams(SmaCrossover(fast=2, slow=3).indicators())
    found = {}
    async with installation.store.reading(None) as tx:
        for event in await read(tx, started.segment):
            one = CANDLE_DECODER.decode(event.payload)
            if one.symbol == symbol and one.open_ms >= started.anchor_ms:
                bar = {name: getattr(one, name) for name in ("open", "high", "low", "close", "volume")}
                found[event.sequence] = (one, streams.update(bar))
    return found


def number(value):
    return None if math.isnan(value) else value


async def test_a_position_says_of_which_close_its_price_is(here):
    installation, desk = here
    bot = await installation.bot("trend")
    found = (await desk.get("/positions", bot_id=bot.id))["items"]
    assert found
    for one in found:
        candle, _ = list((await streamed(installation, one["symbol"])).values())[-1]
        assert (float(one["price"]), one["price_ms"]) == (candle.close, candle.open_ms + 60_000)


async def test_candles_come_with_the_indicators_that_the_step_saw(here):
    installation, desk = here
    bot = await installation.bot("trend")
    for symbol in (BTC, ETH):
        expected = list((await streamed(installation, symbol)).values())
        found = await desk.get(f"/bots/{bot.id}/candles", symbol=symbol)
        assert [row[0] for row in found["rows"]] == [one.open_ms for one, _ in expected]
        assert [row[4] for row in found["rows"]] == [one.close for one, _ in expected]
        assert list(SmaCrossover(fast=2, slow=3).indicators()) == ["fast", "slow", "trend"]
        names = ["fast", "slow"]  # the trend filter is off: what stands for it is the fast one, which is drawn once
        columns = [found["indicators"][name] for name in names]
        assert list(zip(*columns, strict=True)) == [tuple(map(number, values[:2])) for _, values in expected]
        assert list(found["indicators"]) == names
        assert found["panes"] == dict.fromkeys(names, "price")
        assert found["timeframe"] == "1m"


async def test_candles_are_cut_to_the_newest_of_a_span(here):
    installation, desk = here
    bot = await installation.bot("ladder")
    whole = (await desk.get(f"/bots/{bot.id}/candles"))["rows"]
    assert len(whole) > 10
    assert (await desk.get(f"/bots/{bot.id}/candles", limit=3))["rows"] == whole[-3:]
    assert (await desk.get(f"/bots/{bot.id}/candles", to_ms=whole[8][0], limit=3))["rows"] == whole[5:8]
    assert (await desk.get(f"/bots/{bot.id}/candles", from_ms=whole[4][0], to_ms=whole[6][0]))["rows"] == whole[4:6]
    assert (await desk.get(f"/bots/{bot.id}/candles", from_ms=whole[-1][0] + 1))["rows"] == []


async def test_every_row_of_the_journal_has_a_sentence_and_steps_have_their_numbers(here):
    installation, desk = here
    bot = await installation.bot("trend")
    kept = [one for one in await installation.journal("trend") if one.kind != RecordKind.CHECKPOINT]
    page = await desk.get(f"/bots/{bot.id}/decisions", limit=1000)
    assert [one["seq"] for one in page["items"]] == [one.seq for one in reversed(kept)]
    by_symbol = {symbol: await streamed(installation, symbol) for symbol in (BTC, ETH)}
    names = ["fast", "slow"]
    kinds = set()
    for told, entry in zip(page["items"], reversed(kept), strict=True):
        kinds.add(told["kind"])
        assert told["summary"][0].isupper()
        assert "no words for" not in told["summary"]
        if entry.kind != RecordKind.STEP:
            assert told["rows"] == told["notes"] == []
            continue
        step = TYPES.read(entry.kind, entry.version, entry.payload)
        assert len(told["rows"]) == len(step.rows)
        assert len(told["notes"]) == len(step.notes)
        for symbol, seen in by_symbol.items():
            upto = [values for sequence, (_, values) in seen.items() if sequence <= step.event.sequence]
            expected = dict(zip(names, map(number, upto[-1][:2]), strict=True)) if upto else None
            assert told["values"].get(symbol) == expected
    assert {"started", "decided", "requested", "filled"} <= kinds


async def test_a_fill_is_told_as_it_stands_in_the_list_of_fills(here):
    installation, desk = here
    bot = await installation.bot("ladder")
    fills = {int(one["id"].split(".")[1]): one for one in (await desk.get("/fills", bot_id=bot.id))["items"]}
    told = (await desk.get(f"/bots/{bot.id}/decisions", kind="filled", limit=1000))["items"]
    assert {one["seq"] for one in told} == set(fills)
    for one in told:
        fill = fills[one["seq"]]
        verb = "Bought" if fill["side"] == "buy" else "Sold"
        fee = money_text(Decimal(fill["fee"]), fill["fee_asset"])
        assert one["summary"].startswith(f"{verb} {fill['qty']} BTC/USDT at {fill['price']} (grid), fee {fee}")
        if fill["realized"] != "0":
            assert f"realised {money_text(Decimal(fill['realized']), 'USDT')}" in one["summary"]


async def test_decisions_are_read_backwards_and_by_kind(here):
    installation, desk = here
    bot = await installation.bot("ladder")
    first = (await desk.get(f"/bots/{bot.id}/decisions", limit=5))["items"]
    assert len(first) == 5
    then = (await desk.get(f"/bots/{bot.id}/decisions", limit=5, before_seq=first[-1]["seq"]))["items"]
    assert then[0]["seq"] < first[-1]["seq"]
    [started] = (await desk.get(f"/bots/{bot.id}/decisions", kind="started"))["items"]
    assert started["summary"].startswith("Began with 10000 USDT and grid on BTC/USDT")
    bad = "fild"
    with pytest.raises(Exception, match="did you mean 'filled'"):
        await desk.get(f"/bots/{bot.id}/decisions", kind=bad)


async def test_positions_are_valued_at_the_last_recorded_close(here):
    installation, desk = here
    rows = (await desk.get("/positions"))["items"]
    assert rows
    for row in rows:
        seen = await streamed(installation, row["symbol"])
        close = Decimal(repr(list(seen.values())[-1][0].close))
        assert Decimal(row["price"]) == close
        assert Decimal(row["value"]) == Decimal(row["qty"]) * close
        assert Decimal(row["unrealized"]) == Decimal(row["value"]) - Decimal(row["cost"])


async def test_recorded_candles_are_a_data_set(here):
    installation, desk = here
    found = {one["symbol"]: one for one in (await desk.get("/datasets"))["items"]}
    assert set(found) == {BTC, ETH}
    assert found[BTC]["timeframe"] == "1m"
    assert found[BTC]["candles"] <= COUNT
    assert found[BTC]["id"].startswith("recorded:")
    async with installation.store.reading(None) as tx:
        candles = await candles_of(tx, Path(), RecordedCandles(), found[ETH]["id"])
        with pytest.raises(BadInput, match="no data set"):
            await candles_of(tx, Path(), RecordedCandles(), f"{found[ETH]['id']}X")
    drawn = market().source[ETH]
    for name in ("ts", "open", "high", "low", "close", "volume"):
        assert getattr(candles, name).tolist() == getattr(drawn, name).tolist()
    with pytest.raises(BadInput, match="no data set"):
        await candles_of(None, Path(), RecordedCandles(), found[ETH]["id"])
