"""A strategy by what a person calls it: a shipped bot's name, or the file it was written in.

`sma_crossover` is a bot that ships; `my_bot.py` is a file with one strategy in it, `my_bot.py:Breakout` names one of
several. The file is run as Python runs any module, with its own folder to import from, so only files of one's own
belong here. Each call runs it anew: an edit is seen without a new process.
"""

from __future__ import annotations

import hashlib
import importlib.util
import linecache
import sys
import traceback
from pathlib import Path
from types import ModuleType

from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput, BotswainError
from botswain.strategies.catalog import PLACES, strategy_class

SUFFIX = ".py"


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
    sys.path.insert(0, str(place.parent))
    try:
        spec.loader.exec_module(module)
    except BotswainError as error:
        raise BadInput(f"{path}{line_in(error, place)}: {error}") from None
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise BadInput(f"{error.filename or path}{line}: {error.msg}; correct the file") from None
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's file
        what = f"{type(error).__name__}: {error}"
        raise BadInput(f"{path}{line_in(error, place)}: {what}; the file cannot be run as it is") from None
    finally:
        sys.path.remove(str(place.parent))
    return module


def line_in(error: Exception, place: Path) -> str:
    """The last line of the file that an error came through, in words."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(place)]
    return f", line {lines[-1]}" if lines else ""
