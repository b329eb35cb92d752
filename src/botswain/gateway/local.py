"""The gateway itself: what is journaled and within its key's caps is sent once, everything else is refused unsent.

In the engine's process it stands here directly; in a process of its own behind `server`. An errand has one try: one
that was refused is decided anew, under a new row of the journal. Three named points surround the send, for tests that
kill the process there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from botswain.gateway.allowance import Allowance
from botswain.gateway.once import Epochs, Once
from botswain.gateway.ring import Held, Ring
from botswain.gateway.verdicts import Objection, Verdict, refused
from botswain.model.errands import Errand, Question
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.model.ports import AccountListener

RECEIVED, CHECKED, ANSWERED = "gateway_received", "gateway_checked", "gateway_answered"

# An answer of the journal that took longer than this is asked for once more. Milliseconds.
STALE_MS = 1_000


class Journal(Protocol):
    """Who knows what was journaled."""

    async def objects(self, errand: Errand) -> Objection | None:
        """Why this errand is not what was committed; None where it is."""
        ...


@dataclass(frozen=True, slots=True)
class Clocks:
    """now_ms: the wall clock, milliseconds UTC. elapsed_ms: one that never goes back."""

    now_ms: Callable[[], int]
    elapsed_ms: Callable[[], int]


class LocalGateway:
    """A Gateway over open accounts.

    crash    called with the name of each point that is passed
    journal  asked right before anything is signed: `fence` in the engine's process, `journaled` in one of its own;
             None trusts the caller, where nothing else can have its bots
    """

    def __init__(
        self,
        ring: Ring,
        clocks: Clocks,
        crash: Callable[[str], None] = lambda _point: None,
        journal: Journal | None = None,
    ) -> None:
        self._ring = ring
        self._clocks = clocks
        self._crash = crash
        self._journal = journal
        self._once = Once()
        self._epochs = Epochs()
        self._allowances: dict[str, Allowance] = {}

    async def send(self, errand: Errand) -> Verdict:
        """Have a journaled request sent once; refused, with sent False, where a cap or the key's owner forbids it."""
        self._crash(RECEIVED)
        held = self._ring.get(errand.account_id)
        if held is None:
            return refused(errand.request, Objection(keyless(errand.account_id)))
        found = await self._objection(errand, held)
        if found is not None:
            return refused(errand.request, found)
        self._crash(CHECKED)
        outcome = await held.account.write(errand)
        self._crash(ANSWERED)
        return outcome

    async def ask(self, account_id: str, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once."""
        held = self._ring.get(account_id)
        return Failed(keyless(account_id)) if held is None else await held.account.ask(question)

    async def listen(self, account_id: str, listener: AccountListener) -> None:
        """Hear an account's private events until cancelled, over as many keys as that takes."""
        ear = _Ear(listener)
        while True:
            held, moved = self._ring.get(account_id), self._ring.moved(account_id)
            if held is None:
                ear.down(keyless(account_id), self._clocks.now_ms())
                await moved.wait()
                continue
            hearing = asyncio.ensure_future(held.account.listen(ear))
            leaving = asyncio.ensure_future(moved.wait())
            try:
                await asyncio.wait({hearing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in (hearing, leaving):
                    one.cancel()
                await asyncio.wait({hearing, leaving})
            if not moved.is_set():
                return hearing.result()
            ear.down("the key was changed or revoked", self._clocks.now_ms())

    async def _objection(self, errand: Errand, held: Held) -> Objection | None:
        """Why it may not be sent. The journal, with the bot's lease, is asked last; nothing waits between it and the

        send.
        """
        found = self._once.repeats(errand) or self._epochs.older(errand)
        allowance = self._allowances.get(errand.account_id)
        if allowance is None:
            allowance = self._allowances[errand.account_id] = Allowance(self._clocks.elapsed_ms)
        if found is None:
            found = await allowance.forbids(errand, held.caps, held.account)
        if found is None and self._journal is not None:
            found = await self._confirmed(self._journal, errand)
        if found is None:
            found = self._epochs.behind(errand)
        if found is None and self._ring.get(errand.account_id) is not held:
            found = Objection(keyless(errand.account_id))
        return allowance.overdrawn(errand, held.caps) if found is None else found

    async def _confirmed(self, journal: Journal, errand: Errand) -> Objection | None:
        """What the journal says now: an answer that took long may be from before this process stood still."""
        asked_ms = self._clocks.elapsed_ms()
        found = await journal.objects(errand)
        if found is None and self._clocks.elapsed_ms() - asked_ms > STALE_MS:
            found = await journal.objects(errand)
        return found


def keyless(account_id: str) -> str:
    """What to say of an account that cannot be used."""
    return f"no key of account {account_id} is open here; add one with botswain keys add, or start the gateway with it"


class _Ear:
    """A listener over several keys: whatever lies between two of them has been missed."""

    def __init__(self, listener: AccountListener) -> None:
        self._listener = listener
        self._lived = False
        self._since_ms: int | None = None
        self.told = listener.told
        self.reported = listener.reported

    def live(self, missed_since_ms: int | None) -> None:
        """Heard from now on."""
        gaps = [one for one in (missed_since_ms, self._since_ms) if one is not None]
        self._lived, self._since_ms = True, None
        self._listener.live(min(gaps) if gaps else None)

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        if self._lived and self._since_ms is None:
            self._since_ms = since_ms
        self._listener.down(why, since_ms)
