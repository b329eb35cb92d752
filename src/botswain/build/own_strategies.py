"""A user's own strategies that go by a name: those in the configured folder, and those that a package brings.

Only names are looked at until one is asked for, so that a broken file breaks nothing but itself. Where the folder is
says `own_folder`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from botswain.build.own_folder import folder_of_own
from botswain.build.strategy_file import PACKAGE, SUFFIX, strategies_in
from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput

GROUP = "botswain.strategies"
# What stands beside strategies and is none: tests, parts, what an editor leaves.
PASSED_OVER = ("_", ".", "test_")


@dataclass(frozen=True, slots=True)
class Own:
    """A name that stands for a strategy of one's own, or for several of one file.

    place   where it stands, as it is told to a person
    file    the file or folder, None for a package that is installed
    load    the strategies by class name. Raises BadInput with the line at fault
    """

    name: str
    place: str
    file: Path | None
    load: Callable[[], dict[str, type[Strategy]]]


def own_strategies() -> list[Own]:
    """All of them, by name; one name may stand there twice."""
    return sorted([*in_folder(folder_of_own()), *installed()], key=lambda one: one.name)


def in_folder(folder: Path | None) -> list[Own]:
    """What the files and packages of a folder are called; nothing is run. A folder that is not there holds nothing."""
    if folder is None or not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(PASSED_OVER):
            continue
        if path.is_file() and path.suffix == SUFFIX:
            found.append(from_file(path.stem, path))
        elif (path / PACKAGE).is_file():
            found.append(from_file(path.name, path))
    return found


def from_file(name: str, path: Path) -> Own:
    """One of the folder."""
    return Own(name, str(path), path, lambda: strategies_in(path))


def installed() -> list[Own]:
    """What installed packages bring under the entry point `botswain.strategies`."""
    return [from_entry_point(one) for one in entry_points(group=GROUP)]


def from_entry_point(point: EntryPoint) -> Own:
    """One that a package brings."""
    package = point.dist.name if point.dist is not None else "of no name"
    return Own(point.name, f"{point.value} of the package {package}", None, lambda: loaded(point, package))


def loaded(point: EntryPoint, package: str) -> dict[str, type[Strategy]]:
    """Its class. Raises BadInput where the package cannot be imported or gives something else."""
    where = f"strategy {point.name!r}, {point.value} of the package {package}"
    try:
        found = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the outer wall of a user's package
        what = f"{type(error).__name__}: {error}"
        raise BadInput(f"{where}, cannot be imported: {what}; mend the package, or uninstall it") from None
    if not (isinstance(found, type) and issubclass(found, Strategy)):
        raise BadInput(f"{where}, is {found!r}; let the entry point name a class that derives from botswain.Strategy")
    return {found.__name__: found}
