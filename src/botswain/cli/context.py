"""What every command is given: where things are kept, and one way to show an error.

A plain value, put into click's context by the main command; this room reads no settings and no environment. A
command that is run on its own, as in tests, gets the usual places.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import click
import platformdirs

from botswain.model.errors import BotswainError

REFUSED = 2

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Context:
    """Where a command finds what it works on.

    data_dir   holds everything this installation keeps
    cache_dir  holds compiled strategies; None keeps them in memory only
    """

    data_dir: Path
    cache_dir: Path | None = None

    @property
    def candles_dir(self) -> Path:
        """The folder of the candle store."""
        return self.data_dir / "candles"

    @property
    def trials_dir(self) -> Path:
        """The folder that counts the trials of all searches."""
        return self.data_dir / "trials"


def usual_context() -> Context:
    """The context of a command that was given none: the user's own data folder, nothing cached."""
    return Context(Path(platformdirs.user_data_dir("botswain", appauthor=False)))


class Refusal(click.ClickException):
    """An error with a message for a person: one line on stderr, no traceback, exit code 2."""

    exit_code = REFUSED

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message as `error: ...`."""
        click.echo(f"error: {self.message}", file=file, err=file is None)


def refusing(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Make a command show a BotswainError as a `Refusal`."""

    @functools.wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except BotswainError as error:
            raise Refusal(str(error)) from None

    return run
