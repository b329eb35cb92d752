"""Whether a run can start at once, or its strategy must be compiled first (about a second or more).

Only asked so that somebody who waits can be told why; nothing depends on the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botswain.build.plan import MONEY_LIMIT, Plan
from botswain.build.simulator import simulator


def is_warm(plan: Plan, *, curve: bool, folder: Path | None) -> bool:
    """Whether the machine code of a run of `plan` is in this process or in `folder`, or none is needed."""
    if plan.capital_units >= MONEY_LIMIT:
        return True  # this run will not be compiled
    # The linker keeps what it made, so the run that follows does not link again.
    dispatcher: Any = simulator(plan.strategy, plan.features(curve=curve), folder=folder).linked.call
    if dispatcher.signatures:
        return True
    kept = getattr(dispatcher, "_cache", None)
    index = getattr(getattr(kept, "_cache_file", None), "_index_path", None)
    return index is not None and Path(index).is_file()
