"""Compiled strategies for a command: the folder they are kept in, and telling whoever waits that one is being made."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from botswain.build.cache import ready_folder
from botswain.cli.context import Context
from botswain.lab.report import console_for_report


def cache_folder(context: Context) -> Path | None:
    """The folder for compiled strategies, or None, saying why, where it cannot be used."""
    if context.cache_dir is None:
        return None
    place, reason = ready_folder(context.cache_dir)
    if place is None:
        click.echo(f"warning: {reason}", err=True)
        return None
    return context.cache_dir


@contextmanager
def compiling(name: str) -> Iterator[None]:
    """Tell whoever waits that a strategy is being compiled."""
    console = console_for_report(file=sys.stderr)
    words = f"compiling {name} ..."
    if console.is_terminal:
        with console.status(words):
            yield
        return
    click.echo(words, err=True)
    yield
