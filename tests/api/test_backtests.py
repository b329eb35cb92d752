"""Backtests over HTTP: asked for, done by a process of their own, shown, cancelled, made a bot of."""

import asyncio
from pathlib import Path

import pytest
from tests.api.desk import desk_on
from tests.engine.scenes import drawn
from tests.fakes.fixed_clock import FixedClock
from tests.store import made

from botswain.api import backtests as routes
from botswain.api.job_runner import JobRunner
from botswain.api.schemas.backtests import BacktestResult
from botswain.control.refusals import Conflict
from botswain.history.shelf import Shelf
from botswain.lab.backtest import Options, backtest
from botswain.lab.coarser import coarser

SET = "history:binance:1m:BTC/USDT"
ASKED = {"strategy": "sma_crossover", "dataset_ids": [SET], "parameters": {"fast": 3, "slow": 9}, "capital": "5000"}
WAIT_S = 120.0


@pytest.fixture(params=["sqlite"])
def kind(request):
    """The rows of jobs are tested on each database by tests/store/test_jobs.py."""
    return request.param


@pytest.fixture
async def desk(store, tmp_path):
    """A desk with one stored data set."""
    Shelf(tmp_path / "candles").put("binance", drawn(4, "BTC/USDT", 600))
    async with desk_on(store.database, await made.tenant(store), tmp_path) as found:
        yield found


async def test_a_backtest_is_asked_for_run_and_shown(desk, store, kernels, tmp_path):
    [one] = (await desk.get("/datasets"))["items"]
    assert (one["id"], one["candles"], one["timeframe"]) == (SET, 600, "1m")
    job = await desk.ask("POST", "/backtests", 202, json=ASKED)
    assert (job["state"], job["progress"], job["metrics"]) == ("waiting", 0.0, None)
    assert "is waiting" in (await desk.get(f"/backtests/{job['id']}/result", 409))["detail"]
    words = asyncio.Queue()

    async def tell(tenant_id, progress):
        await words.put((tenant_id, progress))

    context = {"candles_dir": str(tmp_path / "candles"), "cache_dir": str(kernels), "database": store.database.name}
    runner = JobRunner(store.database, FixedClock(), "botswain.lab.jobs:run_job", context, tell)
    desk.app.state.jobs = runner
    task = asyncio.create_task(runner.run())
    state = ""
    while state not in ("done", "failed"):
        _, progress = await asyncio.wait_for(words.get(), WAIT_S)
        state = progress.state
    runner.stop()
    await task
    done = await desk.get(f"/backtests/{job['id']}")
    assert (done["state"], done["message"], done["request"]["capital"]) == ("done", "done", "5000")
    candles = Shelf(Path(tmp_path) / "candles").find("BTC/USDT")
    options = Options(compiled=False)
    expected = backtest(
        "sma_crossover", candles, params={"fast": 3, "slow": 9}, capital="5000", fee="0.001", options=options
    )
    assert done["metrics"]["final_equity"] == f"{expected.final_equity:f}"
    result = await desk.get(f"/backtests/{job['id']}/result")
    BacktestResult.model_validate(result)
    assert len(result["fills"]) == len(expected.fills)
    assert len(result["round_trips"]) == len(expected.round_trips)
    assert result["data"]["symbols"][0]["origin"] == SET
    assert result["equity"][-1][1] == f"{expected.final_equity:f}"
    [listed] = (await desk.get("/backtests"))["items"]
    assert listed == done


async def test_what_cannot_be_run_is_refused_before_it_waits(desk):
    for change, words, field in (
        ({"strategy": "sma_crosover"}, "did you mean 'sma_crossover'", "/strategy"),
        ({"strategy": "mine.py"}, "a strategy of your own", "/strategy"),
        ({"parameters": {"fast": "x"}}, "fast", "/parameters/fast"),
        ({"parameters": {"fast": 9, "slow": 3}}, "fast must be below slow", "/parameters/fast"),
        ({"parameters": {"quick": 3}}, "quick", "/parameters/quick"),
        ({"parameters": {"self": 3}}, "no parameter 'self'", "/parameters/self"),
        (
            {"strategy": "momentum", "parameters": {"filter_symbol": "XRP/USDT"}},
            "reads XRP/USDT, and none of the data sets is of it",
            "/parameters/filter_symbol",
        ),
        ({"capital": "0"}, "capital", "/capital"),
        ({"fee": "1"}, "fee", "/fee"),
        ({"slippage_bps": "-4"}, "slippage is -4", "/slippage_bps"),
        ({"slippage": {"factor": "2"}}, "slippage factor is 2 and the model fixed", "/slippage/factor"),
        ({"slippage": {"model": "impact", "factor": "-2"}}, "slippage factor is -2", "/slippage/factor"),
        ({"slippage": {"period": 7}}, "slippage period is 7 and the model fixed", "/slippage/period"),
        (
            {"slippage": {"model": "volatility", "most_bps": "20000"}},
            "slippage most_bps is 20000",
            "/slippage/most_bps",
        ),
        ({"exits": {"stop": "0.1"}}, "stop", "/exits/stop"),
        ({"exits": {"stop_loss": "3"}}, "stop_loss is 3", "/exits/stop_loss"),
        ({"limits": {"max_drowdown": "0.1"}}, "max_drawdown", "/limits/max_drowdown"),
        ({"limits": {"max_daily_loss": "5"}}, "max_daily_loss is 5", "/limits/max_daily_loss"),
        ({"sizing": {"kind": "risk", "size": "0.01"}}, "needs a stop-loss", "/exits/stop_loss"),
        ({"sizing": {"kind": "percent", "size": "0"}}, "size is 0", "/sizing/size"),
        ({"sizing": {"kind": "percent", "size": "5"}}, "write at most 1 (100 %), or 0.05 (5 %)", "/sizing/size"),
        ({"dataset_ids": ["history:binance:1m:ETH/USDT"]}, "ETH/USDT", "/dataset_ids/0"),
        ({"dataset_ids": [SET, SET]}, "two data sets are of BTC/USDT", "/dataset_ids/1"),
        ({"symbols": ["ETH/USDT"]}, "'ETH/USDT'", "/symbols/0"),
        ({"start_ms": 5, "end_ms": 5}, "start", "/end_ms"),
        ({"start_ms": 9_999_999_999_999}, "an earlier start", "/start_ms"),
        ({"end_ms": 5}, "a later end", "/end_ms"),
        ({"timeframe": "5m", "trading_frequency_s": 300}, "300, and a candle lasts 300 s", "/trading_frequency_s"),
        ({"trading_frequency_s": 60}, "60, and a candle lasts 60 s", "/trading_frequency_s"),
        ({"trading_window": {"hours": "09:30-16:00 Londn"}}, "did you mean 'Europe/London'", "/trading_window/hours"),
        ({"trading_window": {"calendar": "XNYC"}}, "did you mean 'XNYS'", "/trading_window/calendar"),
        (
            {"timeframe": "1h", "trading_window": {"hours": "09:10-09:50"}},
            "no candle of 3600 s",
            "/trading_window/hours",
        ),
        ({"timeframe": "5 min"}, "timeframe '5 min' is not understood", "/timeframe"),
    ):
        refused = await desk.ask("POST", "/backtests", 422, json={**ASKED, **change})
        assert words in refused["detail"]
        assert refused["field"] == field
    assert (await desk.get("/backtests"))["total"] == 0


async def test_data_sets_of_different_lengths_need_a_word_on_which_is_decided(desk, tmp_path):
    Shelf(tmp_path / "candles").put("binance", coarser(drawn(4, "ETH/USDT", 600), "5m"))
    asked = {**ASKED, "dataset_ids": [SET, "history:binance:5m:ETH/USDT"]}
    refused = await desk.ask("POST", "/backtests", 422, json=asked)
    assert (refused["field"], "are 1m and of ETH/USDT 5m" in refused["detail"]) == ("/dataset_ids/1", True)
    await desk.ask("POST", "/backtests", 202, json={**asked, "symbols": ["BTC/USDT"]})
    await desk.ask("POST", "/backtests", 202, json={**asked, "timeframe": "5m"})


async def test_a_request_that_is_repeated_with_its_key_makes_nothing_twice(desk):
    first = await desk.ask("POST", "/backtests", 202, json=ASKED, headers={"Idempotency-Key": "k"})
    again = await desk.ask("POST", "/backtests", 202, json=ASKED, headers={"Idempotency-Key": "k"})
    assert first == again
    other = {**ASKED, "fee": "0.002"}
    refused = await desk.ask("POST", "/backtests", 409, json=other, headers={"Idempotency-Key": "k"})
    assert (refused["code"], refused["field"]) == ("key_reused", "/header/idempotency-key")
    desk.clock.now_ms += 1
    assert await desk.ask("POST", "/backtests", 202, json=ASKED, headers={"Idempotency-Key": "k"}) == first
    await desk.ask("POST", "/backtests", 202, json=ASKED)
    assert (await desk.get("/backtests"))["total"] == 2


async def test_one_that_waits_is_cancelled_and_another_tenant_cannot(desk, store):
    job = await desk.ask("POST", "/backtests", 202, json=ASKED)
    mine = desk.caller.tenant_id
    desk.sign_in(await made.tenant(store, "other"))
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/result")):
        await desk.ask(method, f"/backtests/{job['id']}{path}", 404)
    body = {"name": "theirs", "account_id": made.new_id()}
    await desk.ask("POST", f"/backtests/{job['id']}/promote", 404, json=body)
    assert (await desk.get("/backtests"))["total"] == 0
    desk.sign_in(mine)
    assert (await desk.ask("DELETE", f"/backtests/{job['id']}"))["state"] == "canceled"
    assert (await desk.ask("DELETE", f"/backtests/{job['id']}"))["state"] == "canceled"
    await desk.ask("POST", f"/backtests/{job['id']}/promote", 409, json=body)


async def test_a_done_one_becomes_a_bot_of_the_same_settings(desk, store, monkeypatch):
    window = {"hours": "09:30-16:00 America/New_York mon-fri", "at_end": "flatten", "minutes_before": 10}
    between = {"timeframe": "5m", "trading_frequency_s": 60, "trading_window": window}
    job = await desk.ask("POST", "/backtests", 202, json={**ASKED, "exits": {"stop_loss": "0.02"}, **between})
    whole = '{"data":{"timeframe":"5m","symbols":[{"symbol":"BTC/USDT"}]}}'
    async with store.transaction(None) as tx:
        await routes.jobs.begin(tx, job["id"], 1)
        await routes.jobs.finish(tx, job["id"], "{}", whole, 2)
    made_of = []

    async def make_bot(_parts, _caller, _worth, body, key):
        made_of.append((body, key))
        raise Conflict("made")

    monkeypatch.setattr(routes, "make_bot", make_bot)
    body = {"name": "tested", "account_id": made.new_id(), "start": True}
    await desk.ask("POST", f"/backtests/{job['id']}/promote", 409, json=body, headers={"Idempotency-Key": "once"})
    [(bot, key)] = made_of
    assert (bot.name, bot.symbols, bot.timeframe, bot.start, key) == ("tested", ["BTC/USDT"], "5m", True, "once")
    assert bot.trading_frequency_s == 60
    kept = bot.trading_window.model_dump()
    assert {name: kept[name] for name in window} == window
    assert (bot.parameters, bot.exits, bot.capital) == ({"fast": 3, "slow": 9}, {"stop_loss": "0.02"}, "5000")
