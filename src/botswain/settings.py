"""What the environment says, read once and turned into one frozen value.

The only reader of the environment. Nothing here makes a folder or opens a file; a value that cannot be used is
refused by whoever uses it, with its name.

    BOTSWAIN_DATA_DIR    everything this installation keeps (candles, databases)
    BOTSWAIN_CACHE_DIR   compiled strategies; safe to delete
    BOTSWAIN_STRATEGIES  strategies of one's own that go by a name; the folder strategies in the data folder otherwise
    BOTSWAIN_DEBUG       1 shows the traceback of an unexpected error
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

OFF = ("", "0", "no", "off", "false")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept, and whether errors are shown in full."""

    data_dir: Path
    cache_dir: Path
    debug: bool = False
    own_strategies: Path | None = None

    @property
    def trials_dir(self) -> Path:
        """The folder that counts the trials of all searches."""
        return self.data_dir / "trials"

    @property
    def strategies_dir(self) -> Path:
        """The folder of a user's own strategies."""
        return self.data_dir / "strategies" if self.own_strategies is None else self.own_strategies


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`; a variable that is empty counts as not set."""
    data = environment.get("BOTSWAIN_DATA_DIR") or platformdirs.user_data_dir("botswain", appauthor=False)
    cache = environment.get("BOTSWAIN_CACHE_DIR")
    kernels = Path(cache) if cache else Path(platformdirs.user_cache_dir("botswain", appauthor=False)) / "kernels"
    debug = environment.get("BOTSWAIN_DEBUG", "").strip().lower() not in OFF
    own = environment.get("BOTSWAIN_STRATEGIES")
    return Settings(Path(data).expanduser(), kernels.expanduser(), debug, Path(own).expanduser() if own else None)
