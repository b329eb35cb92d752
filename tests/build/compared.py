"""One function of an author's, interpreted and compiled, on the same numbers: bit for bit, or an error in either.

What machine code raises is no difference: the run is then done in Python (docs/decisions/0010).
"""

from __future__ import annotations

import linecache
import math
import struct
import warnings
from itertools import count
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba.core.errors import NumbaWarning

from botswain.build.link import UNSET, collecting_later, link, telling_unset

NUMBER = count()
LARGE = 2**53
WHOLE = (3, 2, 0, 1, -1, -7, 63, 64, LARGE, LARGE - 1, LARGE + 1, -LARGE - 1, 2**62, 2**63 - 1, -(2**63))
FLOATS = (
    *(3.0, 2.0, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 0.1, -7.25, 1e-5, 923.2681140745275),
    *(
        math.nan,
        math.inf,
        -math.inf,
        5e-324,
        -2.2e-308,
        1.7e308,
        -1e300,
        1e16,
        2.0**53,
        2.0**53 + 2,
        2.0**63,
        -(2.0**63),
    ),
)
TRUTHS = (True, False)


def made(text: str, name: str = "f", **scope: Any) -> FunctionType:
    """A function of an author's module, from its text."""
    file = f"<author {next(NUMBER)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    around = {"__name__": "author_of_tests", "math": math, "np": np, **scope}
    exec(compile(text, file, "exec"), around)  # a program of the test's own
    return around[name]


class Left(Exception):
    """Left in Python, with what the author is told."""


def compiled(function: FunctionType, folder: str | None = None) -> Any:
    """Its machine code as a strategy's helper gets it, to be called from here. Raises Left."""
    one = link(function, {}, compiled=True, folder=folder)
    if one.refused:
        raise Left(one.refused)
    return one.call


def prepared(machine: Any, given: tuple[Any, ...]) -> Any:
    """Have it compiled for such arguments. Raises Left where it cannot be."""
    with warnings.catch_warnings(), collecting_later(), telling_unset():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", UNSET, NumbaWarning)
        try:
            machine.compile(tuple(map(numba.typeof, given)))
        except Exception as error:  # noqa: BLE001 - of code that it cannot read the compiler raises anything
            raise Left(f"{type(error).__name__}: {error}") from None
    return machine


def differs(plain: Any, machine: Any) -> bool:
    """Whether a result is another one in machine code."""
    if isinstance(plain, tuple | list):
        return len(plain) != len(machine) or any(map(differs, plain, machine))
    if plain is None or machine is None:
        return plain is not machine
    if isinstance(machine, bool | np.bool_):
        return not isinstance(plain, bool | np.bool_) or bool(plain) != bool(machine)
    if isinstance(machine, float):
        if isinstance(plain, float):
            return bits(plain) != bits(machine)
        return not whole(plain) or int(plain) != machine or bits(float(plain)) != bits(machine)
    return not whole(plain) or int(plain) != machine


def whole(number: Any) -> bool:
    """Whether it is an int of Python or numpy, and no truth value."""
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def bits(number: float) -> bytes:
    """A float's bits; nan has no sign."""
    return b"nan" if number != number else struct.pack("d", number)


def outcome(function: Any, given: tuple[Any, ...]) -> tuple[bool, Any]:
    """Whether it returns, and what."""
    try:
        return True, function(*given)
    except Exception as error:  # noqa: BLE001 - whatever a program raises
        return False, error
