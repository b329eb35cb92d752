"""The library's front door: `from botswain import backtest`. What `main` is for the command line, this is for Python.

It reads the settings once, for where compiled code is kept, and lets candles be named by a file.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from botswain.history.checks import check
from botswain.history.files import read_candles
from botswain.history.findings import refuse
from botswain.lab.backtest import Options
from botswain.lab.backtest import backtest as lab_backtest
from botswain.lab.result import Result
from botswain.settings import read_settings


@functools.wraps(lab_backtest)
def backtest(strategy: Any, candles: Any, *, options: Options | None = None, **settings: Any) -> Result:
    """As `lab.backtest.backtest`; `candles` may also be the path of a Parquet or CSV file."""
    if isinstance(candles, str | Path):
        path = Path(candles)
        candles = read_candles(path)
        refuse(check(candles), str(path))
    how = options or Options(folder=read_settings().cache_dir)
    return lab_backtest(strategy, candles, options=how, **settings)
