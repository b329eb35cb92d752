"""Tells who names a bot that ships that something of their own has that name too."""

from __future__ import annotations

import click

from botswain.build.strategy_names import clash_of


def warn_of_clash(word: str) -> None:
    """On standard error, with both places: the one that ships is what runs."""
    said = clash_of(word)
    if said:
        click.echo(f"warning: {said}", err=True)
