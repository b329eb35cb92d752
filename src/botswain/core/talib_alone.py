"""TA-Lib without the tables that it would load: the only place that imports it.

TA-Lib imports pandas and polars wherever they are installed, only to take and give their Series, which nobody here
does: a fifth of a second of every start, 65 MB of every engine, and a wrapper around every function. While it is being
imported they look as if they were not installed; whoever imports them later gets them as ever. One that is loaded
already costs nothing more, and is left alone.
"""

from __future__ import annotations

import sys
from typing import Any

SERIES = tuple(name for name in ("pandas", "polars") if name not in sys.modules)

sys.modules.update(dict.fromkeys(SERIES))  # type: ignore[arg-type]
try:
    import talib
    from talib import abstract as described
finally:
    for name in SERIES:
        del sys.modules[name]

# TA-Lib describes its functions at run time only.
abstract: Any = described

__all__ = ["abstract", "talib"]
