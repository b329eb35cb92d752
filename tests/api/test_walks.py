"""Walk-forwards and holdouts over HTTP: asked for beside a backtest's settings, done, shown, refused at fields."""

import asyncio

import numpy as np
import pytest
from tests.api.desk import desk_on
from tests.fakes.fixed_clock import FixedClock
from tests.lab.forward.moved import moved
from tests.store import made

from botswain.api.job_runner import JobRunner
from botswain.api.schemas.walks import Objective, WalkResult
from botswain.history.shelf import Shelf
from botswain.lab.forward.walking import walk_forward
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.figures import names_of, wish_of
from botswain.model.candles import Candles

SET = "history:binance:1h:BTC/USDT"
VARY = {"fast": {"least": "5", "most": "15", "step": "5"}, "slow": {"values": [30, 60]}}
ASKED = {
    "strategy": "sma_crossover",
    "dataset_ids": [SET],
    "capital": "5000",
    "walk": {"kind": "walk_forward", "vary": VARY},
}
THOUSAND = {"least": "1", "most": "2", "step": "0.001"}
WIDE = ("step_scale", "volume", "volume_scale", "take_profit", "take_profit_2", "take_profit_3", "dip_factor")
WAIT_S = 120.0


@pytest.fixture(params=["sqlite"])
def kind(request):
    """The rows of jobs are tested on each database by tests/store/test_jobs.py."""
    return request.param


@pytest.fixture
async def desk(store, tmp_path):
    """A desk with one stored data set."""
    Shelf(tmp_path / "candles").put("binance", moved(0.0015, hours=24 * 100))
    async with desk_on(store.database, await made.tenant(store), tmp_path) as found:
        yield found


async def done(desk, store, tmp_path, kernels, job):
    """Have what waits done by a process of its own; how that went."""
    words = asyncio.Queue()

    async def tell(_tenant_id, progress):
        await words.put(progress)

    context = {"candles_dir": str(tmp_path / "candles"), "cache_dir": str(kernels), "database": store.database.name}
    runner = JobRunner(store.database, FixedClock(), "botswain.lab.jobs:run_job", context, tell)
    desk.app.state.jobs = runner
    task = asyncio.create_task(runner.run())
    said = []
    while not said or said[-1].state == "running":
        said.append(await asyncio.wait_for(words.get(), WAIT_S))
    runner.stop()
    await task
    return said, await desk.get(f"/backtests/{job['id']}")


async def test_a_walk_forward_is_asked_for_run_and_shown(desk, store, kernels, tmp_path):
    job = await desk.ask("POST", "/backtests", 202, json=ASKED)
    assert (job["state"], job["request"]["walk"]["folds"]) == ("waiting", None)
    assert "is waiting" in (await desk.get(f"/backtests/{job['id']}/walk", 409))["detail"]
    said, found = await done(desk, store, tmp_path, kernels, job)
    assert (found["state"], found["message"], said[-1].state) == ("done", "done", "done")
    result = await desk.get(f"/backtests/{job['id']}/walk")
    WalkResult.model_validate(result)
    vary = {"fast": [5, 10, 15], "slow": [30, 60]}
    candles = moved(0.0015, hours=24 * 100)
    same = walk_forward(
        "sma_crossover", candles, vary=vary, capital="5000", fee="0.001", ways=Ways(1, folder=kernels),
        sizing="percent", size="1",
    )  # fmt: skip
    assert [one["chosen"] for one in result["folds"]] == [one.chosen for one in same.folds]
    assert (result["verdict"], result["standing"]) == (same.verdict, same.standing)
    assert found["metrics"] == result["metrics"]
    assert found["metrics"]["total_return"] == same.joined.curve_figures.total_return
    assert (await desk.get("/backtests"))["items"] == [found]
    refused = await desk.get(f"/backtests/{job['id']}/result", 409)
    assert (refused["code"], "no single run; read its walk" in refused["detail"]) == ("other_kind", True)
    body = {"name": "chosen", "account_id": made.new_id()}
    refused = await desk.ask("POST", f"/backtests/{job['id']}/promote", 409, json=body)
    assert (refused["code"], "run one choice as a backtest" in refused["detail"]) == ("other_kind", True)


async def test_one_run_has_no_walk_and_a_holdout_is_cancelled(desk):
    once = await desk.ask("POST", "/backtests", 202, json=ASKED | {"walk": None})
    refused = await desk.get(f"/backtests/{once['id']}/walk", 409)
    assert (refused["code"], "one run; read its result" in refused["detail"]) == ("other_kind", True)
    held = ASKED | {"walk": {"kind": "holdout", "vary": VARY, "test": "30d", "objective": "max_drawdown"}}
    job = await desk.ask("POST", "/backtests", 202, json=held)
    assert (await desk.ask("DELETE", f"/backtests/{job['id']}"))["state"] == "canceled"
    assert (await desk.get(f"/backtests/{job['id']}/walk", 409))["code"] == "not_done"


async def test_what_cannot_be_is_refused_at_its_field_before_it_waits(desk):
    wide = {"fast": {"least": "2", "most": "200"}, "slow": {"least": "201", "most": "400"}}
    for change, words, field in (
        ({"walk": {"vary": {}}}, "nothing varies", "/walk/vary"),
        ({"walk": {"vary": {"quick": {"values": [3]}}}}, "has no parameter 'quick'", "/walk/vary/quick"),
        ({"walk": {"vary": {"fast": {}}}}, "fast has nothing to try", "/walk/vary/fast"),
        ({"walk": {"vary": {"fast": {"least": "9", "most": "3"}}}}, "begins above its end", "/walk/vary/fast"),
        ({"walk": {"vary": {"fast": {"values": ["x"]}}}}, "fast", "/walk/vary/fast"),
        ({"walk": {"vary": {"fast": {"values": [900]}}}}, "fast is 900", "/walk/vary/fast"),
        ({"walk": {"vary": {"fast": {"values": [100]}}}}, "fast must be below slow", "/walk/vary/fast"),
        ({"parameters": {"fast": 9}}, "is to vary and has one value too", "/walk/vary/fast"),
        ({"parameters": {"direction": "up"}}, "'up'", "/parameters/direction"),
        ({"walk": {"vary": wide}}, "39,800 combinations, and 20,000 are the most", "/walk/vary"),
        (
            {
                "strategy": "dca",
                "walk": {"vary": {name: {"least": "1", "most": "2", "step": "0.001"} for name in WIDE}},
            },
            "these are 1,",
            "/walk/vary",
        ),
        ({"timeframe": "1d", "walk": {"folds": 20}}, "100 candles are too few for 20 folds", "/walk/folds"),
        ({"walk": {"purge": "80d"}}, "the purge of 80d takes", "/walk/purge"),
        ({"walk": {"train": "soon"}}, "train is 'soon'", "/walk/train"),
        ({"walk": {"kind": "holdout", "anchored": True}}, "a holdout has one fold", "/walk/anchored"),
        ({"sizing": {"kind": "risk", "size": "0.01"}}, "needs a stop-loss", "/exits/stop_loss"),
        ({"start_ms": 5, "end_ms": 5}, "start", "/end_ms"),
        (
            {"strategy": "momentum", "walk": {"vary": {"filter_symbol": {"values": ["XRP/USDT", "BTC/USDT"]}}}},
            "reads XRP/USDT, and none of the data sets is of it",
            "/walk/vary/filter_symbol",
        ),
    ):
        walk = {**ASKED["walk"], **change.get("walk", {})}
        refused = await desk.ask("POST", "/backtests", 422, json={**ASKED, **change, "walk": walk})
        assert words in refused["detail"]
        assert refused["field"] == field
    for change, field in (({"folds": 0}, "/walk/folds"), ({"objective": "luck"}, "/walk/objective")):
        refused = await desk.ask("POST", "/backtests", 422, json={**ASKED, "walk": {**ASKED["walk"], **change}})
        assert refused["field"] == field
    refused = await desk.ask(
        "POST", "/backtests", 422, json={**ASKED, "dataset_ids": [], "tape": {"trades": "trades/x.csv"}}
    )
    assert (refused["field"], "chosen on candles" in refused["detail"]) == ("/tape", True)
    assert (await desk.get("/backtests"))["total"] == 0


async def test_of_candles_with_gaps_the_times_are_read_before_it_waits(desk, tmp_path):
    """Most hours are missing: 400 of 2,400 are there, which are too few for 50 folds."""
    whole = moved(0.0015, hours=24 * 100)
    kept = np.r_[0:200, 1_200:2_400:6]
    columns = [getattr(whole, name)[kept] for name in ("ts", "open", "high", "low", "close", "volume")]
    Shelf(tmp_path / "candles").put("binance", Candles("ETH/USDT", "1h", *columns))
    gaps = {**ASKED, "dataset_ids": ["history:binance:1h:ETH/USDT"]}
    refused = await desk.ask("POST", "/backtests", 422, json={**gaps, "walk": {**ASKED["walk"], "folds": 50}})
    assert (refused["field"], "400 candles are too few for 50 folds" in refused["detail"]) == ("/walk/folds", True)
    await desk.ask("POST", "/backtests", 202, json={**gaps, "walk": {**ASKED["walk"], "folds": 30}})


async def test_one_combination_that_a_run_would_refuse_is_no_fault_of_all(desk):
    """Ten lines between 99 and 101 do not pay their fees; two do."""
    grid = {"lower": 90.0, "upper": 110.0}
    asked = {"strategy": "grid", "dataset_ids": [SET], "parameters": grid, "fee": "0.01"}
    walk = {"kind": "walk_forward", "vary": {"levels": {"values": [200, 3]}}}
    await desk.ask("POST", "/backtests", 202, json={**asked, "walk": walk})


def test_every_objective_is_a_figure_that_all_runs_have():
    less = [one for one in Objective.__args__ if not wish_of(one, names_of(curve=True)).greatest]
    assert less == ["max_drawdown"]
