"""What bots are worth, noted as candles close: gathered beside the bots' work, at most once a second.

A mark is taken when its bot has nothing to do, so that no decision and no order waits for it, and it goes to the
journal's own writer, because SQLite has room for one. One a minute of the market is kept at most: a day is 1,440 of
them, and a market at sixty times its speed writes one a second. What is lost in a crash is one picture's last point.

A bot that stops has one more, with what filled after its last candle closed: no close of it follows that would tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from botswain.engine.bot import Bot
from botswain.engine.fleet import Writer
from botswain.engine.steps import StepMaker
from botswain.model.errors import BotswainError
from botswain.store.marks import MarkRow, MarkRows
from botswain.store.steps import Committed

LOOK_S = 1.0
APART_MS = 60_000
# So many are made in one go, which takes a tenth of a millisecond, and so many go into one commit.
AT_ONCE, TOGETHER = 4, 64

Marked = tuple[StepMaker, Bot]


@dataclass
class Marks:
    """The marks of one process's bots.

    latest  the minute of each bot's last mark
    failed  how many were not written; the next ones say more than they did
    """

    writer: Writer
    latest: dict[str, int] = field(default_factory=dict)
    failed: int = 0

    async def keep(self, bots: Callable[[], Iterable[Marked]], pause: Callable[[], Awaitable[None]]) -> None:
        """Gather after each pause, of a second at least, until cancelled. bots: those that have nothing to do now."""
        while True:
            await pause()
            await self.gather(list(bots()))

    async def gather(self, bots: Iterable[Marked]) -> None:
        """Write marks of those bots that have seen a candle close in a minute without one."""
        found: list[MarkRow] = []
        for count, (steps, bot) in enumerate(bots, 1):
            if (made := self.due(steps, bot)) is not None:
                found.append(made)
            if count % AT_ONCE == 0:
                await asyncio.sleep(0)
            if len(found) >= TOGETHER:
                self.write(found)
                found = []
        if found:
            self.write(found)

    def due(self, steps: StepMaker, bot: Bot) -> MarkRow | None:
        """A bot's mark; None where it would be one too many."""
        open_ms, bot_id = bot.decider.open_ms, steps.identity.bot_id
        minute = (open_ms + bot.decider.plan.timeframe_ms) // APART_MS
        if not open_ms or minute <= self.latest.get(bot_id, -1):
            return None
        self.latest[bot_id] = minute
        return mark_of(steps, bot, minute * APART_MS)

    def end(self, steps: StepMaker, bot: Bot, filled_ms: int) -> None:
        """Write the last mark of a bot that stops. filled_ms: when its last fill was, 0 where this process saw none."""
        open_ms = bot.decider.open_ms
        if not open_ms or not filled_ms:
            return
        minute = (open_ms + bot.decider.plan.timeframe_ms) // APART_MS
        # A fill of before that minute may have been told after its mark was made, which nothing replaces.
        self.write([mark_of(steps, bot, max(filled_ms, minute * APART_MS + 1))])

    def write(self, rows: list[MarkRow]) -> None:
        """Hand marks to the writer. Where it takes nothing, the bots' own rows have the same trouble and say so."""
        try:
            self.writer.submit(MarkRows(tuple(rows)), self.written)
        except BotswainError:
            self.failed += 1

    def written(self, outcome: Committed | BotswainError) -> None:
        """Marks were committed, or not."""
        self.failed += isinstance(outcome, BotswainError)


def mark_of(steps: StepMaker, bot: Bot, time_ms: int) -> MarkRow:
    """What a bot is worth now, by its own memory."""
    figures = bot.figures
    results = figures.results()
    scale, worth = steps.worth
    return MarkRow(
        tenant_id=steps.identity.tenant_id,
        bot_id=steps.identity.bot_id,
        time_ms=time_ms,
        equity_units=figures.equity() * worth,
        cash_units=figures.cash() * worth,
        realized_units=(results.realized - results.fees) * worth,
        fees_units=(results.fees + sum(bot.base_fees)) * worth,
        money_scale=scale,
        round_trips=results.trips,
        won=results.won,
    )
