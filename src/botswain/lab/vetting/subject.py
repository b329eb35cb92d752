"""The strategy that is looked at: its class, the author's files it is made of, and where in them things stand."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from botswain.build.line_budget import is_authors
from botswain.core.strategy import Strategy
from botswain.lab.vetting.findings import Place


@dataclass(frozen=True)
class Subject:
    """A class, and the files that were loaded for it."""

    cls: type[Strategy]
    files: tuple[str, ...]

    @property
    def step(self) -> Place:
        """Where the step is defined."""
        code = self.cls.step_function().__code__
        return Place(code.co_filename, code.co_firstlineno)

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        """The files as syntax trees."""
        return {file: ast.parse(Path(file).read_text("utf-8")) for file in self.files}

    def parameter(self, name: str) -> Place:
        """Where a parameter is declared."""
        for file, node in self.classes():
            for one in node.body:
                if any(isinstance(target, ast.Name) and target.id == name for target in targets_of(one)):
                    return Place(file, one.lineno)
        return self.step

    def indicator(self, name: str) -> Place:
        """Where an indicator is declared: the key in what `indicators` returns."""
        for file, node in self.classes():
            for one in ast.walk(node):
                if isinstance(one, ast.Constant) and one.value == name:
                    return Place(file, one.lineno)
        return self.method("indicators")

    def method(self, name: str) -> Place:
        """Where one of its functions is defined."""
        for file, node in self.classes():
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and one.name == name:
                    return Place(file, one.lineno)
        return self.step

    def classes(self) -> list[tuple[str, ast.ClassDef]]:
        """The class and what it derives from, nearest first, as they are written."""
        found = []
        for base in self.cls.__mro__:
            file = getattr(sys.modules.get(base.__module__), "__file__", None)
            if file in self.trees:
                found += [
                    (file, node)
                    for node in ast.walk(self.trees[file])
                    if isinstance(node, ast.ClassDef) and node.name == base.__name__
                ]
        return found


def targets_of(node: ast.stmt) -> list[ast.expr]:
    """What a statement sets, where it sets something."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def subject_of(cls: type[Strategy], before: frozenset[str]) -> Subject:
    """A class with the author's files that were loaded since `before`, its own first.

    before  names of the modules that were there when it was not
    """
    home = inspect.getfile(cls)
    loaded = [getattr(module, "__file__", None) for name, module in [*sys.modules.items()] if name not in before]
    others = sorted({file for file in loaded if file and file != home and is_authors(file)})
    return Subject(cls, (home, *others))
