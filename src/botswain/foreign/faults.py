"""What a person's file raises, told with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botswain.model.errors import BadInput, BotswainError


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Raise BadInput, with the file and its line, for whatever is raised within."""
    try:
        yield
    except BotswainError as error:
        raise BadInput(f"{path}{line_in(error, path)}: {error}") from None
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's file
        what = f"{type(error).__name__}: {error}"
        raise BadInput(f"{path}{line_in(error, path)}: {what}; mend it, or run it with other candles") from None


def line_in(error: BaseException, path: Path) -> str:
    """The last line of the file that an error came through, in words."""
    trace, found = error.__traceback__, ""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path.resolve()):
            found = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
