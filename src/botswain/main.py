"""The program: reads the settings, builds what commands are given, calls the command line, and ends with a code.

It holds the outer wall: a person sees one line and never a traceback, unless BOTSWAIN_DEBUG asks for it.
"""

from __future__ import annotations

import errno
import gc
import io
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from botswain.build.own_folder import keep_in
from botswain.cli.context import REFUSED, Context
from botswain.cli.root import root
from botswain.cli.without_blas import WithoutBlas
from botswain.model.errors import BotswainError
from botswain.settings import Settings, read_settings

INTERRUPTED = 130
FAULT = 70
OBJECTS = 10_000
# A disk, or somebody's part of it, is full.
FULL = (errno.ENOSPC, errno.EDQUOT)


def run() -> NoReturn:
    """The `botswain` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without a character is no reason to fail
    # What is loaded stays, and makes objects by the hundred thousand: looking through them for rubbish after every 700
    # takes a sixth of every start.
    _, *often = gc.get_threshold()
    gc.set_threshold(OBJECTS, *often)
    sys.meta_path.insert(0, WithoutBlas())
    code = exit_code(sys.argv[1:], read_settings())
    gc.freeze()  # or Python would look through everything once more before it ends: a sixth of a second
    sys.exit(code)


def exit_code(arguments: Sequence[str], settings: Settings) -> int:
    """Run a command line to its end and say how it ended.

    0 done, 1 done but something was found wrong, 2 refused, 70 a fault of Botswain itself, 130 interrupted
    """
    context = Context(settings.data_dir, settings.cache_dir)
    keep_in(settings.strategies_dir)
    try:
        code = root.main(list(arguments), prog_name="botswain", standalone_mode=False, obj=context)
    except BotswainError as error:
        click.echo(f"error: {error}", err=True)
        return REFUSED
    except click.Abort:  # what click makes of Ctrl-C
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        if error.errno not in FULL:
            show_fault(error, settings.debug)
            return FAULT
        click.echo(f"error: what was to be written did not fit ({error.strerror}); make room and try again", err=True)
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the outer wall of the program
        show_fault(error, settings.debug)
        return FAULT
    return code if isinstance(code, int) else 0


def show_fault(error: Exception, debug: bool) -> None:
    """An error nobody foresaw, in one line, or in full where that was asked for."""
    if debug:
        traceback.print_exception(error)
    first = (str(error).splitlines() or [""])[0]
    more = "" if debug else "; set BOTSWAIN_DEBUG=1 to see where, and report it"
    click.echo(f"error: a fault in botswain: {type(error).__name__}: {first}{more}", err=True)
