"""Halts as a running fleet obeys them: looked for every second, said once, and lifted by whoever may.

A halted bot opens nothing and its entries are taken off; what protects and reduces its positions works on, unless it
is halted to be flat: then its position goes by the market and nothing works until it is resumed. What the
engine itself has stopped (an account that lacks what the books hold, an order that nobody can find) is written into the
bot's row too, so that it survives a restart and is lifted by a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from botswain.engine.halt_notes import Halt, merge_halts, mode_of, note_halt, noted_halts
from botswain.engine.left_over import with_left_over
from botswain.engine.live_fleet import LiveFleet
from botswain.engine.live_runner import Runner
from botswain.model.errors import Deferred, FailClosed, Unavailable
from botswain.model.news import Command, Mode
from botswain.store import bots, halts
from botswain.store.halts import Standing

LOOK_S = 1.0
DONE = {
    Mode.CANCEL_ENTRIES: "its entries are taken off",
    Mode.FLATTEN: "its orders are taken off and its position is closed by the market",
}


@dataclass
class HaltWatch:
    """One fleet's halts. `standing` are those that its bots obey, by bot id.

    seen   the bots that were told what stands; one that was recovered beside the others is another one, its id the same
    known  how many orders there were when the database was last looked at
    """

    fleet: LiveFleet
    standing: dict[str, Halt] = field(default_factory=dict)
    changes: int = -1
    seen: dict[str, Runner] = field(default_factory=dict)
    known: int | None = None

    async def keep(self) -> None:
        """Look every second until cancelled. Where the database does not answer, what stands stays, and what was

        ordered meanwhile is read in the emergency file.
        """
        while True:
            await self.fleet.parts.sleep(LOOK_S)
            try:
                await self.look()
            except (Unavailable, Deferred):
                self.look_aside()
            except FailClosed as error:
                self.fleet.side.remark(str(error))

    async def look(self) -> None:
        """Obey what stands in the database now, and first what stands in the emergency file, which waits for nobody."""
        self.look_aside()
        await self.write_own()
        try:
            await merge_halts(self.fleet.parts, self.fleet.side.remark)
        except (Unavailable, Deferred) as error:
            self.fleet.side.remark(str(error))
            return
        async with self.fleet.parts.store.reading(None) as tx:
            found = await halts.standing(tx)
            runners = dict(self.fleet.runners)
            if found.changes == self.changes and self.seen == runners:
                return
            rows = {key: await bots.get(tx, key) for key in runners}
        lifted = {key for key, runner in runners.items() if self.resumed(found, key, runner)}
        self.changes = self.known = found.changes
        now = {key: halt for key, row in rows.items() if (halt := halt_of(row, found)) is not None}
        # Where its own decision has halted a bot there was no room in its row for what the engine stopped.
        kept = {key: halt for key, halt in self.standing.items() if key in rows and rows[key].halted_by == halts.CORE}
        self.obey(kept | now, runners, lifted)

    def resumed(self, found: Standing, key: str, runner: Runner) -> bool:
        """Whether a person has resumed a bot since it was last told anything of that.

        That was at the last look, or, of a bot that is new here, where its journal says so. Of one that began before
        journals said so nobody knows.
        """
        known = self.known if self.seen.get(key) is runner else runner.bot.asked.orders
        return known is not None and known >= 0 and found.lifted_since(key, known)

    def look_aside(self) -> None:
        """Obey what stands in the emergency file, beside what is obeyed already."""
        try:
            noted = noted_halts(self.fleet.parts, self.fleet.runners.values())
        except Unavailable as error:
            self.fleet.side.remark(str(error))
            return
        if noted.keys() - self.standing.keys():
            self.changes = -1  # the database is looked at anew when it answers
            self.obey({**noted, **self.standing}, dict(self.fleet.runners))

    def obey(self, now: Mapping[str, Halt], runners: Mapping[str, Runner], lifted: Collection[str] = ()) -> None:
        """Tell these bots whose halt came, changed or went; one that is new here, whatever stands.

        lifted  bots that a person has resumed since they were told last. A halt that came and went between two looks,
                or while no engine ran, was never obeyed, but what is asked for once more when a bot is resumed is
                asked for all the same
        """
        orders = self.changes
        told, self.seen = self.seen, dict(runners)
        for key, runner in runners.items():
            before, after = self.standing.get(key) if told.get(key) is runner else None, now.get(key)
            if runner.stopping or self.fleet.runners.get(key) is not runner:
                continue  # it is on its way out by its stop policy; the next start obeys what stands then
            if after is not None and after != before:
                why = with_left_over(runner.bot, after.mode, after.why)
                runner.tell([Command(after.mode, after.by, why, orders=orders)])
                stays = with_left_over(runner.bot, after.mode, "")
                done = f"; but {stays}" if stays else ""
                self.fleet.side.remark(f"{runner.name}: {after.text()}; {DONE[after.mode]}{done}")
            elif after is None and (before is not None or key in lifted):
                was = before.text() if before is not None else "halted"
                runner.tell([Command(Mode.RUN, "resume", f"no longer {was}", again=True, orders=orders)])
                self.fleet.side.remark(f"{runner.name}: goes on, it is no longer {was}")
        self.standing = dict(now)

    async def write_own(self) -> None:
        """Write down what the engine has stopped by itself."""
        for key, runner in list(self.fleet.runners.items()):
            last = runner.ordered
            if key in self.standing or last is None or last.mode is not Mode.CANCEL_ENTRIES or runner.stopping:
                continue
            try:
                async with self.fleet.parts.store.transaction(runner.steps.identity.tenant_id) as tx:
                    await bots.halt(tx, key, last.why, last.by, self.fleet.parts.now_ms())
            except (Unavailable, Deferred):
                if not note_halt(self.fleet.parts, runner.name, last.why, last.by):
                    raise
            self.standing[key] = Halt("bot", last.by, last.why[: bots.REASON_LENGTH])


def halt_of(row: bots.Bot, found: Standing) -> Halt | None:
    """What halts a bot from outside of its own decision, which stops itself: the platform's halt before its own."""
    mode = mode_of(row.halt_mode if row.halted_by is not None else None)
    if found.halted:
        return Halt("platform", found.by, found.reason, mode)
    if row.halted_by is None or (row.halted_by in (halts.CORE, halts.START) and mode is Mode.CANCEL_ENTRIES):
        return None
    return Halt("bot", row.halted_by, row.halted_reason or "", mode)
