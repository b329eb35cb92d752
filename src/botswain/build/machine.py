"""What machine code depends on beside the functions it comes from: versions, processor, memory, and this room.

The linker, the step's rewriting, the accessors and the way LLVM is run decide what comes out of a function as much as
its own source does, so an edit of them must not find what was made before it.
"""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from pathlib import Path

import llvmlite
import numba
import numpy as np
from llvmlite import binding

from botswain import __version__
from botswain.core.records import OPAQUE, RECORDS, SIM

# Modules of this room that only use what was compiled. Every other one counts, a new one too.
USERS = (
    "ahead.py",
    "beside.py",
    "bridge.py",
    "child.py",
    "decider.py",
    "faults.py",
    "later.py",
    "line_budget.py",
    "own_folder.py",
    "own_strategies.py",
    "plan.py",
    "strategy_file.py",
    "strategy_names.py",
    "tiers.py",
)


@lru_cache(maxsize=1)
def machine() -> str:
    """All of it as one text, the same in every process."""
    parts = (sys.version, numba.__version__, llvmlite.__version__, np.__version__, SIM, OPAQUE, *RECORDS.values())
    features = binding.get_host_cpu_features().flatten()
    return repr((*parts, binding.get_host_cpu_name(), features, __version__, sources(Path(__file__).parent)))


def sources(folder: Path) -> str:
    """The hash of the modules in a folder that make machine code. A few files of a few kB: under a millisecond."""
    made = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        if path.name not in USERS:
            made.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return made.hexdigest()
