"""Which of its two forms a strategy is run in, by what they cost; what comes out is the same.

Apart (`build.apart`) is there in less than a second after an edit and pays a call on every candle; as one, all of it
inlined, is as fast as can be and takes LLVM some seconds. So: as one where that is there already, apart otherwise, and
as one from when runs apart have lost about as much time as compiling takes. `build.later` makes it meanwhile in another
process, where somebody asks for that.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from botswain.build.child import by_turns
from botswain.build.features import Features
from botswain.build.link import REFUSED, NotCompiled, prepare, ready
from botswain.build.simulator import Simulator, place_of, simulator, simulator_apart
from botswain.core.strategy import Strategy

# Processor time in runs apart after which this process compiles the simulator as one. A third of it was lost at most,
# which is about what compiling takes.
WAITED_S = 10.0
# A run apart that took this long is worth a process in the background; what a shorter one could gain nobody sees.
WORTH_S = 0.005


def chosen(strategy: Strategy, features: Features, *, compiled: bool = True, folder: Path | None = None) -> Simulator:
    """The simulator to run now: interpreted, as one, or apart."""
    one = simulator(strategy, features, compiled=compiled, folder=folder)
    if not compiled or ready(one.linked) or one.linked.key in REFUSED:
        return one
    apart = simulator_apart(strategy, features, folder=folder)
    if apart.linked.spent_s < WAITED_S:
        return apart
    with suppress(NotCompiled):
        inlined(strategy, features, folder=folder)
    return one


def inlined(strategy: Strategy, features: Features, *, folder: Path | None = None) -> Simulator:
    """The simulator as one, compiled here and now unless another process is at it or has done it.

    Raises NotCompiled.
    """
    one = simulator(strategy, features, folder=folder)
    with by_turns(place_of(folder), one.linked.key):
        prepare(one.linked, strategy.label())
    return one


def worth_compiling(sim: Simulator) -> bool:
    """Whether a run that was made has shown that compiling the simulator as one would be felt."""
    return sim.linked.step is not None and sim.linked.spent_s >= WORTH_S
