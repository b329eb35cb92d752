"""Whether a simulator can start at once, or must be compiled first (seconds).

Only asked so that somebody who waits can be told why; nothing else depends on the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botswain.build.simulator import Simulator


def is_warm(sim: Simulator) -> bool:
    """Whether its machine code is in this process or in the cache folder, or it needs none."""
    if not sim.compiled:
        return True
    dispatcher: Any = sim.linked.call
    if dispatcher.signatures:
        return True
    kept = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)  # numba's, where a folder was given
    return kept is not None and Path(kept._index_path).is_file()
