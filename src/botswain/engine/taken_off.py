"""What a stop has taken off, as the venue shows it: an answer to a cancel is a word, a list of what works is proof.

A venue may answer a cancel and not do it (faults, F28), and a list may be older than the answer. So a stop is done
only where two lists, both asked for after all was heard and one a while after the other, show nothing of the bot that
counts as ended. What they do show is read again by the account, which gives it back to its bot, and that takes it off
anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from botswain.engine.account import Account
from botswain.engine.live_runner import Runner
from botswain.engine.order_ids import is_ours
from botswain.engine.tracks import Track
from botswain.model.errands import AskOrder, AskWorking
from botswain.model.errors import Deferred, Unavailable
from botswain.model.order_events import OrderReport
from botswain.model.outcomes import Absent, Answer, Failed

# From the first list to the second, and to the next look where one did not show it.
AGREE_S, AGAIN_S = 0.25, 1.0
# Of so many orders each is asked for by itself where a list has a row that cannot be read.
MOST_ASKED = 20
MOST_NAMED = 3


class TakenOff:
    """The stopping bots of one account. begun: those that took something off in a process before, by id."""

    def __init__(self, account: Account, begun: Iterable[str] = ()) -> None:
        self._account = account
        self._begun = frozenset(begun)
        self._shown: dict[str, frozenset[str]] = {}  # by bot, what counted as ended when it was shown to be off
        self._task: asyncio.Task[None] | None = None

    def unshown(self, resting: Iterable[Runner], at_rest: Callable[[Runner], bool]) -> list[Runner]:
        """Those of bots that came to rest whose orders are not shown to be off yet; that is being asked for then."""
        found = [one for one in resting if self._due(one)]
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
        if found and self._task is None:
            self._task = asyncio.ensure_future(self._ask(found, at_rest))
        return found

    async def close(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _due(self, runner: Runner) -> bool:
        """Whether something of a bot has to be shown to be off, and is not."""
        left = any(one.leaving and one.filled < one.qty for one in self._ended(runner))
        return (left or runner.bot_id in self._begun) and self._shown.get(runner.bot_id) != self._names(runner)

    def _ended(self, runner: Runner) -> list[Track]:
        return [one for one in self._account.ended.values() if one.owner == runner.bot_id]

    def _names(self, runner: Runner) -> frozenset[str]:
        return frozenset(one.name for one in self._ended(runner))

    async def _ask(self, runners: list[Runner], at_rest: Callable[[Runner], bool]) -> None:
        """Hold some bots against two lists; one that moved meanwhile is looked at again."""
        names = {one.bot_id: self._names(one) for one in runners}
        seen: dict[str, list[str]] = {}
        why = ""
        for pause_s in (AGREE_S, 0.0):
            found = await self._listed(runners)
            if isinstance(found, str):
                why = found
                break
            seen = {one.bot_id: [*seen.get(one.bot_id, ()), *found.get(one.bot_id, ())] for one in runners}
            if any(seen.values()):
                break
            await asyncio.sleep(pause_s)
        for one in runners:
            works = seen.get(one.bot_id, [])
            one.not_off = why or still(works)
            if not one.not_off and at_rest(one) and self._names(one) == names[one.bot_id]:
                self._shown[one.bot_id] = names[one.bot_id]
        if why or any(seen.values()):
            self._account.surprise.set()
            await asyncio.sleep(AGAIN_S)

    async def _listed(self, runners: list[Runner]) -> dict[str, list[str]] | str:
        """What works of each bot that counts as ended, in words; or why that cannot be known."""
        account = self._account
        symbols = {units.symbol for one in runners for units in one.units}
        symbols |= {track.units.symbol for one in runners for track in self._ended(one)}
        answer = await account.gateway.ask(account.account_id, AskWorking(tuple(sorted(symbols))))
        if not isinstance(answer, Answer):
            return unread(answer)
        working = [one for one in answer.data.items if not one.final]
        if answer.data.broken:
            shown = {one.client_order_id for one in working}
            more = await self._one_by_one([one for runner in runners for one in self._ended(runner)], shown)
            if isinstance(more, str):
                return f"{more} (a row of the venue's list cannot be read: {answer.data.broken[0].why})"
            working += more
        found: dict[str, list[str]] = {one.bot_id: [] for one in runners}
        for report in working:
            try:
                owner = await self._owner(report.client_order_id)
            except (Unavailable, Deferred) as error:
                return f"the journal does not say whose order {report.client_order_id} is: {error}"
            if owner in found:
                found[owner].append(named(report))
        return found

    async def _owner(self, name: str) -> str:
        """Whose an order is that counts as ended; empty of what works as it should, and of what is not ours."""
        account = self._account
        if name in account.tracks:
            return ""
        if name in account.ended:
            return account.ended[name].owner
        known = await account.store.order(name) if is_ours(name, account.keys) else None
        return known[0] if known is not None else ""

    async def _one_by_one(self, tracks: list[Track], shown: set[str]) -> list[OrderReport] | str:
        """Those of some orders that work by their own read, beside those that a list shows; or why nobody knows."""
        asked = [one for one in tracks if one.leaving and one.filled < one.qty and one.name not in shown]
        if len(asked) > MOST_ASKED:
            return f"{len(asked)} orders are too many to be asked for one by one"
        found: list[OrderReport] = []
        for one in asked:
            read = await self._account.gateway.ask(self._account.account_id, AskOrder(one.units.symbol, one.name))
            if isinstance(read, Failed):
                return unread(read)
            if isinstance(read, Answer) and not read.data.final:
                found.append(read.data)
        return found


def unread(found: Absent | Failed) -> str:
    """Why nobody knows what works."""
    why = found.why if isinstance(found, Failed) else "it says that there is no such list"
    return f"the venue's list of what works could not be read after its last answer: {why}"


def named(report: OrderReport) -> str:
    """An order, for somebody who looks for it at the venue."""
    number = f", number {report.venue_order_id}" if report.venue_order_id else ""
    return f"{report.side} {report.qty.normalize():f} {report.market_id} ({report.client_order_id}{number})"


def still(works: list[str]) -> str:
    """What is said of orders that are not off; empty where there are none."""
    if not works:
        return ""
    first = "; ".join(works[:MOST_NAMED]) + (f" and {len(works) - MOST_NAMED} more" if len(works) > MOST_NAMED else "")
    what = "an order that was taken off works" if len(works) == 1 else f"{len(works)} orders that were taken off work"
    return f"{what} by the venue's own list: {first}"
