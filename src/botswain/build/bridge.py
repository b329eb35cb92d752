"""A step that stays in Python inside a simulator that is compiled.

What will not compile still works: compiled code calls the step through a C address, and the step reads and writes the
compiled run's own memory, laid under Python objects by ctypes. An exception must not cross the machine code, so it is
kept here, the run is told to stop, and the caller finds it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from botswain.build.layout import Layout
from botswain.build.link import link
from botswain.build.misuse import Misuse
from botswain.build.step import step_of
from botswain.core.records import RECORDS, State
from botswain.core.strategy import Strategy
from botswain.model.candles import COLUMNS
from botswain.model.reasons import Reason

# As numba calls: where to put a result and an exception, which are not used, then (sim, s, i); 0 is "returned". What is
# not used is read as a small number, which Python has ready.
UNUSED = ctypes.c_int8
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int32, UNUSED, UNUSED, UNUSED, ctypes.c_int64, ctypes.c_int64)
WHOLE = ("down", "up", "dirty", "places", "open_ticks", "high_ticks", "low_ticks", "close_ticks", "times", "index")
REAL = ("mem", "ticks", "lots", *COLUMNS)
LISTED = 4096


class Bridge:
    """A compiled run as the plain functions of the core see it, and the step that is called on it.

    Keep it as long as the run: it owns the address the run calls. `error` is what the step raised, if it did.
    """

    account: Any

    def __init__(self, strategy: Strategy, layout: Layout, state: State) -> None:
        self.error: BaseException | None = None
        self._step = link(step_of(strategy, layout, watched=True), {}, compiled=False).call
        self._state = state
        self._callback = CALLBACK(self._answer())
        self.symbols = state.symbols
        self.width = state.width
        self.attach()

    def attach(self) -> None:
        """Lay Python objects over the run's memory as it is now;

        again after an array was replaced by a longer one.
        """
        parts = self._state.parts
        for name, kind in RECORDS.items():
            layout = structure(name, kind)
            found = (layout * len(parts[name])).from_address(parts[name].ctypes.data)
            if name in ("account", "rules"):
                setattr(self, name, found[0])
            else:
                # A list of structures is read faster than their array, but long arrays are not worth one.
                setattr(self, name, list(found) if len(found) <= LISTED else found)
        for name in (*WHOLE, *REAL):
            kind_of = ctypes.c_int64 if name in WHOLE else ctypes.c_double
            setattr(self, name, (kind_of * len(parts[name])).from_address(parts[name].ctypes.data))
        self.params = list(map(float, parts["params"]))  # nothing writes them, and a list is read fastest
        self.columns = [
            (ctypes.c_double * len(column)).from_address(column.ctypes.data)
            for column in parts.get("column_arrays", [])
        ]
        header = self._state.header
        for name in ("memory", "report_room", "note_room", "instants"):
            setattr(self, name, int(getattr(header, name)))
        header.callback = ctypes.cast(self._callback, ctypes.c_void_p).value

    def _answer(self) -> Callable[[int, int, int, int, int], int]:
        """What machine code calls: the step; what it raises stops the run. One frame, since Python pays for each."""
        step = self._step

        def answer(_result: int, _raised: int, _sim: int, s: int, i: int) -> int:
            if self.error is None:
                try:
                    step(self, s, i)
                except BaseException as error:  # noqa: BLE001 - nothing may cross into machine code
                    self._failed(error)
            return 0

        return answer

    def _failed(self, error: BaseException) -> None:
        """Keep what the step raised, and stop the run."""
        self.error = error
        self.account.code = int(error.reason if isinstance(error, Misuse) else Reason.STEP_RAISED)


def structure(name: str, kind: np.dtype[Any]) -> type[ctypes.Structure]:
    """A ctypes structure of the same layout as a record type."""
    fields = [(field, ctypes.c_double if kind[field].kind == "f" else ctypes.c_int64) for field in kind.names or ()]
    return type(name, (ctypes.Structure,), {"_fields_": fields})
