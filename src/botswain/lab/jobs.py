"""Jobs, from a request in plain JSON to what came out: a backtest is done here, a walk-forward by `walk_job`.

A backtest's is the object of `backtest --json`, its curve thinned. It runs in a process of its own (`api.job_child`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botswain.build.own_folder import keep_in
from botswain.control.walks import walk_in
from botswain.history.content import content_hash
from botswain.lab.backtest import Options, backtest, made_strategy
from botswain.lab.data_used import data_used
from botswain.lab.export import result_object
from botswain.lab.job_ground import cache_in, ground_for, settings_in
from botswain.lab.trials.tally import Tally, trials_before
from botswain.lab.validation.judging import validate
from botswain.lab.walk_job import run_walk
from botswain.model.candles import Candles
from botswain.model.thinning import thinned
from botswain.model.trades import Trades

CURVE_POINTS = 2_000
# How far it is when its candles are read, and when it has run.
READ, RAN = 0.05, 0.95
Tell = Callable[[float, str], None]


def run_job(asked: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Do it. `asked` has `request`, as the HTTP door takes it, `kept`, a folder from which a search that is begun again

    goes on (absent: none), and `context`:

    candles_dir of the candle store, facts_dir of files of facts, trials_dir of the counts of all searches (null: none),
    cache_dir of compiled code (null: none), database its place (null: no recorded candles), strategies_dir of
    strategies of one's own (null: none). Raises BadInput for what cannot be run.
    """
    request, context = asked["request"], asked["context"]
    own = context.get("strategies_dir")
    keep_in(None if own is None else Path(own))
    tell(0.0, "reading candles")
    walk = walk_in(request)
    return (
        run_once(request, context, tell) if walk is None else run_walk(request, context, walk, asked.get("kept"), tell)
    )


def run_once(request: dict[str, Any], context: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """One backtest, with its report."""
    strategy = made_strategy(request["strategy"], request["parameters"])
    ground = ground_for(request, context, strategy)
    tell(READ, "compiling where it must, and running")
    options = Options(folder=cache_in(context), progress=lambda done: tell(READ + (RAN - READ) * done, "running"))
    result = backtest(strategy, ground.runs, **settings_in(request), **ground.told, options=options)
    tell(RAN, "writing the report")
    trials, known_from = tried_before(ground.runs, context)
    validation = validate(result, trials=trials, options=Options(folder=cache_in(context)))
    validation["luck"] |= known_from
    found = result_object(result, data_used(result.market, ground.origins), validation=validation)
    found["equity"] = thinned(found["equity"], CURVE_POINTS, lambda point: float(point[1]))
    return found


def tried_before(runs: Trades | Mapping[str, Candles], context: dict[str, Any]) -> tuple[int, dict[str, int | str]]:
    """How many trials were made on the candles of a run, and that they were counted."""
    folder = context.get("trials_dir")
    if folder is None:
        return 1, {}
    every = [runs.candles()] if isinstance(runs, Trades) else list(runs.values())
    return trials_before(Tally(Path(folder)), [content_hash(one) for one in every], None)
