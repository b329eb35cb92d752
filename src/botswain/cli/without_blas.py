"""Keeps numba from loading linear algebra of SciPy, where that is installed, to see that it is: a sixth of a second.

No code that is compiled here calls any. A finder that says no to numba alone; whoever else wants SciPy gets it.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

SOUGHT, SEEKER = "scipy.linalg", "numba.np.arraymath"


class WithoutBlas:
    """For `sys.meta_path`, in front of the others."""

    def find_spec(self, name: str, _path: object = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Nothing to say; raises ModuleNotFoundError where numba asks for it."""
        if name == SOUGHT and self.is_loading():
            raise ModuleNotFoundError(f"no {SOUGHT} for {SEEKER}", name=name)
        return None

    def is_loading(self) -> bool:
        """Whether numba's module that asks for it is being loaded now."""
        spec = getattr(sys.modules.get(SEEKER), "__spec__", None)
        return bool(getattr(spec, "_initializing", False))
