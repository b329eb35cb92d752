"""A walk-forward or a holdout as a job: the object that the command writes with `--json`, its curve thinned.

What was tried is kept as it comes, so that a job whose process was ended goes on from there. Where that is of another
search (candles have come since, or another version began it) the job begins anew.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from botswain.build.strategy_names import strategy_named
from botswain.control.search_space import first_made, space_of
from botswain.control.walks import HOLDOUT, search_of, spans_of
from botswain.lab.forward.walk_object import walk_object
from botswain.lab.forward.walked import Walked
from botswain.lab.forward.walking import Step, holdout, walk_forward
from botswain.lab.job_ground import cache_in, ground_for, settings_in
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.record import NotKept, OtherSearch
from botswain.lab.trials.tally import Tally
from botswain.model.errors import BadInput
from botswain.model.thinning import thinned
from botswain.model.trades import Trades

CURVE_POINTS = 2_000
# How far it is when its candles are read, and when all is tried.
READ, TRIED = 0.02, 0.99
# A disk, or somebody's part of it, is full.
FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = "what it tried cannot be written down ({why}); make room on the disk of the data folder, and run it once more"
Tell = Callable[[float, str], None]


def run_walk(
    request: dict[str, Any], context: dict[str, Any], walk: Mapping[str, Any], kept: str | None, tell: Tell
) -> dict[str, Any]:
    """A walk-forward or a holdout. Its trials are counted on these candles. kept: the folder to go on from."""
    cls, fixed, search = strategy_named(request["strategy"]), request["parameters"], search_of(walk)
    ground = ground_for(request, context, first_made(cls, space_of(cls, search["vary"], fixed), fixed))
    runs = ground.runs
    if isinstance(runs, Trades):
        raise BadInput("parameters are chosen on candles, and this is a tape of trades; run it once")
    tell(READ, "compiling where it must, and running the first one")

    def watched(step: Step) -> None:
        moved = step.in_all
        where = f"fold {step.fold} of {step.folds}" if step.fold else "the choice on everything"
        done = min(READ + (TRIED - READ) * moved.done / moved.whole, TRIED)
        tell(done, f"{where}: {step.moved.done:,} of {step.moved.whole:,} tried")

    folder = context.get("trials_dir")

    def done(ways: Ways) -> Walked:
        return (holdout if walk["kind"] == HOLDOUT else walk_forward)(
            request["strategy"],
            runs,
            params=fixed,
            ways=ways,
            watcher=watched,
            **search,
            **spans_of(walk),
            **settings_in(request),
            **ground.told,
        )

    ways = Ways(folder=cache_in(context), tally=None if folder is None else Tally(Path(folder)))
    walked = done(ways) if kept is None else gone_on(Path(kept), ways, done)
    tell(TRIED, "writing the report")
    found = walk_object(walked, ground.origins)
    found["equity"] = thinned(found["equity"], CURVE_POINTS, lambda point: point[1])
    return found | {"metrics": walk_metrics(walked)}


def gone_on(kept: Path, ways: Ways, done: Callable[[Ways], Walked]) -> Walked:
    """Do it from what is kept in a folder on. Raises BadInput where nothing can be written there."""
    ways = replace(ways, keep=kept)
    try:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            return done(ways)
        except OtherSearch:
            shutil.rmtree(kept)
            return done(ways)
    except NotKept as error:
        raise BadInput(NO_ROOM.format(why=why_of(error.__context__))) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise BadInput(NO_ROOM.format(why=why_of(error))) from None


def why_of(error: BaseException | None) -> str:
    """What the system said."""
    return str(error.strerror) if isinstance(error, OSError) else str(error)


def walk_metrics(walked: Walked) -> dict[str, Any]:
    """What lists show of it: of all test spans as one account, by the names that one run's figures have."""
    chosen, held = (walked.comparison[name] for name in ("chosen", "buy_and_hold"))
    return {
        **chosen,
        "market_change": held["total_return"],
        "trips_count": len(walked.joined.trips),
        "efficiency": walked.efficiency,
        "standing": walked.standing.value,
        "verdict": walked.verdict,
    }
