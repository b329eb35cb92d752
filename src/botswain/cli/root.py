"""`botswain`: the names of its commands, each loaded only when it is called.

The table carries the one-line help too, so that `botswain --help` loads no command at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from botswain import __version__
from botswain.cli.context import Refusal
from botswain.model.errors import near


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is (`module:attribute`), and its line of help."""

    where: str
    help: str


COMMANDS = {
    "up": Place("botswain.cli.up:up", "Start everything: exchange, API with the page, gateway, engine."),
    "demo": Place("botswain.cli.demo:demo", "Watch two bots trade a seeded market: no keys, no network."),
    "backtest": Place(
        "botswain.cli.backtest:backtest", "Run STRATEGY over candles and report what would have happened."
    ),
    "sweep": Place("botswain.cli.sweep:sweep", "Backtest every combination of some parameters of STRATEGY."),
    "optimise": Place("botswain.cli.optimise:optimise", "Look for the best parameters of STRATEGY by many backtests."),
    "strategy": Place("botswain.cli.strategy:strategy", "List, show, begin and check strategies."),
    "trade": Place("botswain.cli.trade:trade", "Run the bots of CONFIG, on paper or at a venue."),
    "engine": Place("botswain.cli.engine:engine", "Run all bots that are wanted to run, until it is stopped."),
    "api": Place("botswain.cli.api:api", "Serve the API and the web application."),
    "admin": Place("botswain.cli.admin:admin", "Help people back in who forgot their password."),
    "bots": Place("botswain.cli.bots:bots", "List the bots: what is wanted of each, and what it is doing."),
    "start": Place("botswain.cli.bots:start", "Want BOT to run; a running engine starts it."),
    "stop": Place("botswain.cli.bots:stop", "Want BOT to stop, by its own policy."),
    "halt": Place("botswain.cli.halts:halt", "Keep BOT, or all bots, from opening positions."),
    "resume": Place("botswain.cli.halts:resume", "Lift a halt."),
    "doctor": Place("botswain.cli.doctor:doctor", "Compare journal and venue, and say every difference."),
    "restored": Place("botswain.cli.restored:restored", "Say that the database was put back from a backup."),
    "replay": Place("botswain.cli.replay:replay", "Recompute BOT from its journal and count the differences."),
    "sandbox": Place("botswain.cli.sandbox:sandbox", "Serve a Binance-compatible exchange on this machine."),
    "simulate": Place("botswain.cli.simulate:simulate", "Live through days in which everything goes wrong, by a seed."),
    "keys": Place("botswain.cli.keys:keys", "Add, list and revoke venue keys; they are kept sealed."),
    "gateway": Place("botswain.cli.gateway:gateway", "Open venue keys and send what the journals hold."),
    "data": Place("botswain.cli.data:data", "Import, download, list and check candles."),
}


class Commands(click.Group):
    """A group that imports a command when it is called, by the table above."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, loaded now; None where there is none of that name."""
        return loaded(cmd_name, COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but naming the near command."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            raise Refusal(f"command {name!r} is unknown{near(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


def loaded(name: str, place: Place) -> click.Command:
    """Import a command. Raises Refusal where this installation does not have it."""
    module, _, attribute = place.where.partition(":")
    try:
        command = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise Refusal(
            f"command {name!r} is not in this installation ({module} is missing); install botswain again"
        ) from None
    assert isinstance(command, click.Command)
    return command


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="botswain")
def root() -> None:
    """Botswain runs crews of trading bots: one decision in backtest, paper and live trading."""
