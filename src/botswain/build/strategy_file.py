"""A strategy by what a person calls it: a shipped bot's name, or the file it was written in.

`sma_crossover` is a bot that ships; `my_bot.py` is a file with one strategy in it, `my_bot.py:Breakout` names one of
several. The file is run as Python runs any module, with its own folder to import from, so only files of one's own
belong here. Each call runs it anew: an edit is seen without a new process, one of a module beside it that it imports
too. No bytecode is kept of them: of two edits within a second Python would take the first for the second.
"""

from __future__ import annotations

import hashlib
import importlib.util
import linecache
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput, BotswainError
from botswain.strategies.catalog import PLACES, strategy_class

SUFFIX = ".py"
# Modules beside strategy files as they were when a strategy was last run, by folder and name.
BESIDE: dict[Path, dict[str, tuple[int, int]]] = {}


def strategy_named(name: str, folder: Path | None = None) -> type[Strategy]:
    """The class behind a bot's name or FILE.py[:CLASS]; a relative file is looked for in `folder` (None: here).

    Raises BadInput saying what is wrong with the name, the file or its line, and what to do.
    """
    path, _, wanted = name.partition(f"{SUFFIX}:")
    if not wanted and not name.endswith(SUFFIX):
        return shipped(name, folder or Path())
    file = Path(path if wanted else name.removesuffix(SUFFIX)).expanduser()
    return strategy_in((folder or Path()) / file.with_name(file.name + SUFFIX), wanted)


def shipped(name: str, folder: Path) -> type[Strategy]:
    """A bot that ships. Raises BadInput, naming the file of that name where there is one."""
    file = f"{name}{SUFFIX}"
    if name not in PLACES and (folder / file).is_file():
        raise BadInput(f"strategy {name!r} is unknown; did you mean the file {file}?")
    return strategy_class(name)


def strategy_in(path: Path, wanted: str = "") -> type[Strategy]:
    """The strategy in a file: the one called `wanted`, else the only one. Raises BadInput."""
    found = strategies_of(module_of(path))
    if wanted:
        if wanted not in found:
            raise BadInput(f"{path} has no strategy {wanted!r}; {listed(found)}")
        return found[wanted]
    if not found:
        raise BadInput(
            f"{path} has no strategy; write a class in it that derives from botswain.Strategy and has a @step"
        )
    if len(found) > 1:
        raise BadInput(f"{path} has {len(found)} strategies ({', '.join(found)}); name one, as {path}:{min(found)}")
    return next(iter(found.values()))


def strategies_of(module: ModuleType) -> dict[str, type[Strategy]]:
    """The strategies a module defines, by class name; what others derive from is a part, not a strategy of its own."""
    own = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Strategy) and value.__module__ == module.__name__
    }
    parts = {base for one in own.values() for base in one.__mro__[1:]}
    return {name: one for name, one in own.items() if one not in parts}


def listed(found: dict[str, type[Strategy]]) -> str:
    """What a file has instead."""
    return f"it has {', '.join(found)}" if found else "it has none"


def module_of(path: Path) -> ModuleType:
    """Run a file as a module. Raises BadInput where it cannot be read, is no Python, or raises."""
    place = path.resolve()
    if not place.is_file():
        near = f"; {place.parent} is not a folder" if not place.parent.is_dir() else ""
        raise BadInput(f"there is no strategy file {path}{near}; name an existing .py file or a bot that ships")
    name = f"strategy_{place.stem}_{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    linecache.checkcache(str(place))
    try:
        with importing_from(place.parent):
            spec.loader.exec_module(module)
    except BotswainError as error:
        raise BadInput(f"{path}{line_in(error, place)}: {error}") from None
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise BadInput(f"{error.filename or path}{line}: {error.msg}; correct the file") from None
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's file
        what = f"{type(error).__name__}: {error}"
        raise BadInput(f"{path}{line_in(error, place)}: {what}; the file cannot be run as it is") from None
    return module


@contextmanager
def importing_from(folder: Path) -> Iterator[None]:
    """Have modules found in a folder first, as their files are now."""
    forget_edited(folder)
    keeps, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = keeps
        BESIDE[folder] = modules_in(folder)


def forget_edited(folder: Path) -> None:
    """Where a module in a folder was edited since it was imported, have all in it imported anew: others may hold what

    it defined.
    """
    now, before = modules_in(folder), BESIDE.get(folder, {})
    edited = [name for name, stamp in before.items() if name in sys.modules and now.get(name) != stamp]
    for name in now if edited else ():
        with suppress(OSError, TypeError, ImportError):
            Path(importlib.util.cache_from_source(str(sys.modules[name].__file__))).unlink()
        del sys.modules[name]
    if edited:
        importlib.invalidate_caches()


def modules_in(folder: Path) -> dict[str, tuple[int, int]]:
    """The modules that were imported from a folder, with the time and size of their files."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        path = folder.joinpath(*name.split("."))
        if (
            file
            and not name.startswith("botswain")
            and Path(file) in (path.with_name(f"{path.name}.py"), path / "__init__.py")
        ):
            with suppress(OSError):
                facts = Path(file).stat()
                found[name] = (facts.st_mtime_ns, facts.st_size)
    return found


def line_in(error: Exception, place: Path) -> str:
    """The last line of the file that an error came through, in words."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(place)]
    return f", line {lines[-1]}" if lines else ""
