"""CCXT's asynchronous Binance client, without the hundred other exchanges that come with `import ccxt`.

CCXT's packages import every exchange they have, 70 MB and half a second, of which one is used here. While the client's
own modules are imported the two packages stand empty; afterwards they are as they were, and whoever imports ccxt itself
gets all of it, with the same base classes and errors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = ("ccxt", "ccxt.async_support")


@contextmanager
def empty_packages() -> Iterator[None]:
    """Let CCXT's packages have their folders and run nothing; where ccxt is imported already, leave it."""
    spec = find_spec("ccxt") if "ccxt" not in sys.modules else None
    if spec is None or spec.origin is None:
        yield
        return
    folder = Path(spec.origin).parent
    for name in PACKAGES:
        hollow = ModuleType(name)
        hollow.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = hollow
    try:
        # Some of the client's modules ask the package for errors and the base class by name.
        for name in ("ccxt.base.errors", "ccxt.base.exchange"):
            vars(sys.modules["ccxt"]).update(public(import_module(name)))
        yield
    finally:
        for name in PACKAGES:
            sys.modules.pop(name, None)


def public(module: ModuleType) -> dict[str, Any]:
    """A module's names without those of its own."""
    return {name: one for name, one in vars(module).items() if not name.startswith("_")}


with empty_packages():
    _client = import_module("ccxt.async_support.binance")
    _errors = import_module("ccxt.base.errors")

# The class stands in a module of its own name; once the whole package was imported, its attribute is the class.
BinanceClient: Any = getattr(_client, "binance", _client)
BaseError: type[Exception] = _errors.BaseError
ExchangeNotAvailable: type[Exception] = _errors.ExchangeNotAvailable
RequestTimeout: type[Exception] = _errors.RequestTimeout
