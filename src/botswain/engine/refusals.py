"""What becomes of an order that the venue did not take, and when the same may be asked for again.

What the venue will take later stays wanted; everything else ends, and its bot is told. Whoever wants the same again
at once would ask without end, as fast as the venue answers, and eat what the whole address may ask: so refusals in a
row are told later and later, and what is to be taken later is asked for more and more seldom.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from botswain.engine.account_ports import Owner
from botswain.engine.list_legs import end_of
from botswain.engine.manners import Clocks
from botswain.engine.rule_refusals import RuleRefusals
from botswain.engine.tracks import Track
from botswain.model.news import Link, News
from botswain.model.orders import OrderState
from botswain.model.outcomes import Cause, Refused
from botswain.model.reasons import Reason

AGAIN_S = 1.0
KEYLESS_S = 10.0
SOON_MS = 10_000  # no round is further from the next, but where it is said how long to wait
# Refusals that end a row, which a strategy, or a bot that is to be flat, may want again at once.
ENDING = frozenset((Cause.FUNDS, Cause.OTHER, Cause.POST_ONLY))


class Refusing(Protocol):
    """The account, as far as this needs it."""

    clocks: Clocks
    owners: dict[str, Owner]
    rules: RuleRefusals
    fresh: bool

    @property
    def remark(self) -> Callable[[str], None]: ...
    def remark_on(self, track: Track, text: str) -> None: ...
    def report(self, track: Track) -> None: ...
    def tell(self, track: Track, news: Sequence[News]) -> None: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...


class Refusals:
    """One account's. waiting: bots that will be told that they may ask again, and when, on the venue's clock.

    _ends  orders of which the end is held back, and whether it still is
    """

    def __init__(self, account: Refusing) -> None:
        self._account = account
        self.waiting: dict[str, int] = {}
        self._ends: dict[str, bool] = {}

    def told(self, track: Track, outcome: Refused) -> None:
        """The venue refused to place an order."""
        if outcome.cause is Cause.RULES:
            self._account.spawn(self._by_rules(track, outcome))
            return
        pause_s = self._pause_s(track, outcome) if outcome.cause in ENDING else 0.0
        if pause_s > 0:
            self._account.spawn(self._late(track, outcome, pause_s))
        else:
            self._now(track, outcome)

    def keeps(self, track: Track) -> bool:
        """Whether an order's end is told later: it was refused, or the venue took it and ended it, as many in a row."""
        if track.sending and track.state is OrderState.REJECTED:
            return True
        if track.state is not OrderState.EXPIRED or track.at_once or track.listed or track.ended:
            return False
        if track.name not in self._ends:
            pause_s = self._account.rules.ended_s(track, self._account.clocks.venue_ms())
            if pause_s == 0:
                return False
            self._ends[track.name] = True
            self._account.spawn(self._ended(track, pause_s))
        return self._ends[track.name]

    async def _ended(self, track: Track, pause_s: float) -> None:
        """One more end in a row."""
        account = self._account
        account.remark_on(track, f"the venue ended it like those before it, told in {pause_s:g} s")
        await account.clocks.sleep(pause_s)
        self._ends[track.name] = False
        account.report(track)
        del self._ends[track.name]

    def _now(self, track: Track, outcome: Refused) -> None:
        account = self._account
        # What the venue does not take from this key it may take from it again: what is wanted stays wanted.
        keyless = outcome.cause is Cause.FORBIDDEN and outcome.sent
        track.close(Reason.NOT_SENT if keyless else end_of(track, outcome.cause))
        account.report(track)
        if outcome.cause is Cause.SHUT:
            account.spawn(account.rules.look(track.units.symbol))
        if not (keyless or outcome.cause in (Cause.LATER, Cause.SHUT)):
            return
        standing, now_ms = self.waiting.get(track.owner), account.clocks.venue_ms()
        if standing is not None and not outcome.wait_ms and standing <= now_ms + SOON_MS:
            return  # several that are turned away together are one round
        wait_s = self._wait_s(track, outcome)
        due_ms = now_ms + int(wait_s * 1000)
        if standing is not None and standing <= due_ms:
            return
        if keyless:
            account.remark(
                f"the venue does not take this account's key ({outcome.message}): nothing was placed, what "
                f"protects included. It is tried again every {KEYLESS_S:g} s; give it a key that may trade"
            )
        elif outcome.wait_ms > AGAIN_S * 1000:
            account.remark_on(track, f"it was not placed, and nothing like it is for {wait_s:g} s: {outcome.message}")
        self.waiting[track.owner] = due_ms
        account.spawn(self._again_soon(track.owner, wait_s, due_ms))

    def _wait_s(self, track: Track, outcome: Refused) -> float:
        """When the same may be asked for again. What never left costs nobody anything but an attempt in the journal."""
        if outcome.cause is Cause.FORBIDDEN:
            return KEYLESS_S
        if outcome.wait_ms:
            return max(outcome.wait_ms / 1000, AGAIN_S)
        return self._account.rules.again_s(track) if outcome.sent else AGAIN_S

    async def _late(self, track: Track, outcome: Refused, pause_s: float) -> None:
        """One more refusal in a row, which its bot hears of in a while."""
        account = self._account
        account.remark_on(track, f"it was refused like those before it, told in {pause_s:g} s: {outcome.message}")
        self._hold(track, outcome)
        await account.clocks.sleep(pause_s)
        track.sending = False
        self._now(track, outcome)

    async def _by_rules(self, track: Track, outcome: Refused) -> None:
        """A filter refused an order: decided anew where the symbol's rules are others by now; else its row ends."""
        account = self._account
        self._hold(track, outcome)  # what follows from it depends on the rules of now
        changed = await account.rules.changed_since(track)
        pause_s = 0.0 if changed else self._pause_s(track, outcome)
        if pause_s > 0:
            await account.clocks.sleep(pause_s)
        track.sending = False
        if not changed:
            account.remark_on(track, f"it was refused by the rules of {track.units.symbol}: {outcome.message}")
        track.close(Reason.NOT_SENT if changed else end_of(track, outcome.cause))
        account.report(track)
        if changed and account.fresh:
            account.tell(track, [Link(up=True, why="its symbol's rules are others by now")])

    def _pause_s(self, track: Track, outcome: Refused) -> float:
        """How long the news of one more refusal is held back."""
        return self._account.rules.pause_s(track, outcome.message, self._account.clocks.venue_ms())

    def _hold(self, track: Track, outcome: Refused) -> None:
        """It was refused and has filled nothing, which is known at once; its slot stays taken until that is told."""
        track.close(end_of(track, outcome.cause))
        track.sending = True

    async def _again_soon(self, bot_id: str, after_s: float, due_ms: int) -> None:
        """What could not be sent now may be asked for again in a while: a position may be waiting for its stop."""
        account = self._account
        await account.clocks.sleep(after_s)
        if self.waiting.get(bot_id) == due_ms:
            del self.waiting[bot_id]
        if account.fresh and bot_id in account.owners:
            account.owners[bot_id].tell([Link(up=True, why="what was turned away may be asked for again")])
