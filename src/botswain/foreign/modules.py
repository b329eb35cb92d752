"""Puts modules in the place of packages that need not be installed, and takes them away again.

A strategy's file imports its engine by name. While it is loaded, and while what it defined is called, those names are
found here; before and afterwards the process's modules are what they were, an installed package of the name included.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# What stands in a module, by the module's full name; made anew for each file.
Contents = Mapping[str, Mapping[str, Any]]


class StandIns(MetaPathFinder, Loader):
    """Finds the modules of `contents` and the packages above them; of a package it covers, it finds nothing else.

    missing  told the full name of a module of a covered package that is not there
    """

    def __init__(self, contents: Contents, missing: Callable[[str], Exception]) -> None:
        self.contents = contents
        self.missing = missing
        self.roots = {name.partition(".")[0] for name in contents}
        self.packages = {
            name.rsplit(".", count)[0] for name in contents for count in range(1, name.count(".") + 1)
        } | self.roots
        self.names = tuple(self.packages | set(contents))
        self.kept: dict[str, ModuleType] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's signature
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """The import system's question."""
        if not self.covers(fullname):
            return None
        if fullname not in self.contents and fullname not in self.packages:
            raise self.missing(fullname)
        return ModuleSpec(fullname, self, is_package=fullname in self.packages)

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module."""
        vars(module).update(self.contents.get(module.__name__, {}))

    def covers(self, name: str) -> bool:
        """Whether a module's name is of a package that is stood in for."""
        return name.partition(".")[0] in self.roots

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have the stand-ins found; at the end everything is as it was."""
        if self in sys.meta_path:  # within itself: nothing is to be done twice
            yield
            return
        before = self.taken()
        sys.modules.update(self.kept)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self.kept = self.taken()
            sys.modules.update(before)

    def taken(self) -> dict[str, ModuleType]:
        """Modules by the names that are stood in for, taken out of the process's."""
        return {name: sys.modules.pop(name) for name in self.names if name in sys.modules}
