"""TA-Lib as strategies in pandas call it: a frame or series in, series with the same index out.

The functions are the installed TA-Lib's own. Botswain loads it without its tables (`core.talib_alone`), so what it does
with pandas where it finds that is done here: columns are read, results get the index of what was given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from botswain.core.talib_alone import abstract, talib

PRICES = ("open", "high", "low", "close", "volume")


class Described:
    """One function of `talib.abstract`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The function's outputs: one series, or a frame of several; arrays where no frame or series was given."""
        function = abstract.Function(self.name)
        index = next(
            (one.index for one in (*given, *named.values()) if isinstance(one, pd.DataFrame | pd.Series)), None
        )
        values = [plain(one) for one in given]
        found = function(*values, **{name: plain(one) for name, one in named.items()})
        if index is None:
            return found
        names = list(function.info["output_names"])
        if len(names) == 1:
            return pd.Series(found, index=index)
        return pd.DataFrame(dict(zip(names, found, strict=True)), index=index)

    def __getattr__(self, name: str) -> Any:
        """What TA-Lib says of the function: info, lookback, parameters."""
        return getattr(abstract.Function(self.name), name)


class Plain:
    """One function of `talib` itself: arrays or series in, as many out as it has outputs."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The outputs, series where series were given."""
        index = next((one.index for one in (*given, *named.values()) if isinstance(one, pd.Series)), None)
        values = [floats(one) for one in given]
        found = getattr(talib, self.name)(*values, **{name: floats(one) for name, one in named.items()})
        if index is None:
            return found
        if isinstance(found, tuple):
            return tuple(pd.Series(one, index=index) for one in found)
        return pd.Series(found, index=index)


def plain(value: Any) -> Any:
    """A frame as arrays by name, a series as an array, anything else as it is."""
    if isinstance(value, pd.DataFrame):
        numeric = [name for name in value.columns if pd.api.types.is_numeric_dtype(value[name].dtype)]
        return {str(name): np.ascontiguousarray(value[name].to_numpy(np.float64)) for name in numeric}
    return floats(value)


def floats(value: Any) -> Any:
    """A series or array of numbers as TA-Lib takes it."""
    if isinstance(value, pd.Series):
        return np.ascontiguousarray(value.to_numpy(np.float64))
    if isinstance(value, np.ndarray) and value.dtype.kind in "iub":
        return np.ascontiguousarray(value, np.float64)
    return value


def talib_contents() -> dict[str, dict[str, Any]]:
    """`talib` and `talib.abstract`, for `StandIns`."""
    names = talib.get_functions()
    described: dict[str, Any] = {name: Described(name) for name in names}
    described["Function"] = Described
    own: dict[str, Any] = {name: getattr(talib, name) for name in ("MA_Type", "get_functions", "get_function_groups")}
    own |= {name: Plain(name) for name in names}
    own["__version__"] = talib.__version__
    return {"talib": own, "talib.abstract": described}
