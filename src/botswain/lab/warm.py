"""Whether a simulator can start at once, or must be compiled first (seconds).

Only asked so that somebody who waits can be told why; nothing else depends on the answer.
"""

from __future__ import annotations

from botswain.build.link import ready
from botswain.build.simulator import Simulator


def is_warm(sim: Simulator) -> bool:
    """Whether its machine code is in this process or in the cache folder, or it needs none."""
    return not sim.compiled or ready(sim.linked)
