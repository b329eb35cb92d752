"""Reading everything an account shows: orders that work, orders we believe to work, balances.

At the start, after every reconnect, on a timer and when anything surprises: streams are hints, this is the truth. A
question that failed is no answer; then nothing is concluded and all is read again. One row that cannot be read hides
no other (F75).
"""

from __future__ import annotations

from botswain.bus.waiting import happened
from botswain.engine.account import Account
from botswain.engine.balances import explained, read_balances
from botswain.engine.begun_anew import recognised, trusted
from botswain.engine.come_up_again import to_be_sure_ms
from botswain.engine.tracks import Track
from botswain.engine.unfilled import lacks_fills, look, look_at_latest
from botswain.model.errands import AskOrder, AskWorking
from botswain.model.order_events import OrderReport
from botswain.model.outcomes import Absent, Answer, Failed

PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# So many orders that are not shown are asked for one by one in a sweep; of more the resolver finds out at its pace.
MOST_ASKED = 20
# Where the venue may be another one by now it is looked at again after so long.
HELD_S = 2.0
# Why it cannot be read is told again after so long.
AGAIN_MS = 600_000


async def keep_reading(account: Account) -> None:
    """Read everything whenever it is due, until cancelled, or until the venue turns out to be another one.

    Raises what went wrong in a task of the account's.
    """
    failures, told_ms = 0, 0
    while True:
        account.surprise.clear()
        if account.fault is not None:
            raise account.fault
        hearing = account.hearing
        why = await read(account)
        if why:
            if why != account.unread or account.clocks.now_ms() >= told_ms + AGAIN_MS:
                told_ms = account.clocks.now_ms()
                account.remark(f"the account could not be read: {why}")
            account.unread = why
            await account.clocks.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1
            continue
        failures, account.unread = 0, ""
        if account.closed:
            return
        if not account.fresh and not await trusted(account):
            await account.clocks.sleep(HELD_S)
            continue
        account.read_through(hearing)
        await due(account)


async def due(account: Account) -> None:
    """Until everything is to be read again: that is at once where the venue does not take the key any more.

    Streams that were opened with it go on, so nothing else tells before the next order, which may be a stop.
    """
    left_s, pulse_s = account.manners.poll_s, account.manners.pulse_s or account.manners.poll_s
    if account.residue.odd:
        left_s = min(left_s, account.manners.horizon_ms / 1000)  # is what does not agree so still?
    while left_s > 0 and not await happened(account.surprise, min(pulse_s, left_s)):
        left_s -= pulse_s
        symbol = next((one.symbol for owner in account.owners.values() for one in owner.units), None)
        if left_s <= 0 or symbol is None:
            continue
        found = await account.gateway.ask(account.account_id, AskWorking((symbol,)))
        if isinstance(found, Failed) and found.forbidden:
            return


async def read(account: Account) -> str:
    """Read everything once; empty, or why that did not succeed."""
    symbols = symbols_of(account)
    if not symbols:
        return ""
    believed = [one for one in account.tracks.values() if not one.sending]
    began_ms = account.clocks.venue_ms()
    found = await account.gateway.ask(account.account_id, AskWorking(symbols))
    if not isinstance(found, Answer):
        return explained(found)
    if not account.fresh:
        why = await recognised(account, [one.client_order_id for one in found.data.items])
        if why or account.closed:
            return why
        await look_at_latest(account, began_ms)
        if account.closed:
            return ""
    shown: set[str] = set()
    for report in found.data.items:
        shown.add(report.client_order_id)
        await look_at_fills(account, report, began_ms)
        if account.closed:
            return ""
        ended = account.ended.get(report.client_order_id)
        if ended is not None and not report.final and ended.final:
            await read_again(account, ended, began_ms)
        else:
            account.order_told(report)
    for broken in found.data.broken:
        account.remark(f"an order of {broken.market_id or 'an unknown symbol'} could not be read: {broken.why}")
    missing = sum(one.name not in shown and not one.unresolved for one in believed)
    for track in believed:
        if missing > MOST_ASKED and track.name not in shown:
            track.placing = track.placing or not (track.final or track.unexplained)  # the resolver asks, at its pace
        why = await read_order(account, track, shown=track.name in shown)
        if why:
            return why
    if account.same.doubted_ms is not None:
        return ""  # perhaps it is another venue: what that holds says nothing of these books
    return await read_balances(account)


def symbols_of(account: Account) -> tuple[str, ...]:
    """The symbols of all bots here, and of every order that may work: also of a bot that was stopped and left it."""
    traded = {one.symbol for owner in account.owners.values() for one in owner.units}
    return tuple(sorted(traded | {one.units.symbol for one in account.tracks.values()} if traded else traded))


async def read_order(account: Account, track: Track, *, shown: bool) -> str:
    """An order we believe to work and were not shown, or one in doubt; empty, or why it could not be read."""
    if track.ended or track.sending or (track.final and track.owner not in account.owners):
        return ""
    if track.unresolved or track.unexplained:
        account.resolver.start(track)
        return ""
    if shown:
        return ""
    found = await account.gateway.ask(account.account_id, AskOrder(track.units.symbol, track.name))
    if isinstance(found, Answer):
        track.merge(found.data)
        account.report(track)
    elif isinstance(found, Absent):
        track.placing = True  # it is not there: nobody knows
        account.resolver.start(track)
    else:
        return explained(found)
    return ""


async def read_again(account: Account, track: Track, began_ms: int) -> None:
    """An order that counts as ended is among those that work: what its own read says is believed.

    began_ms  when the reading began. What is read may be older than the end that was heard: then it is looked at later
    """
    wait_ms = to_be_sure_ms(track.state, track.over_ms, account.manners.horizon_ms, began_ms)
    if wait_ms > 0:
        if track.name not in account.looking_up:
            account.looking_up.add(track.name)
            account.spawn(look_later(account, track.name, wait_ms))
        return
    found = await account.gateway.ask(account.account_id, AskOrder(track.units.symbol, track.name))
    if isinstance(found, Answer) and not found.data.final and track.name in account.ended:
        account.revived(track, found.data)


async def look_at_fills(account: Account, report: OrderReport, began_ms: int) -> None:
    """An order that works is shown with less filled than was told of it: no venue takes a fill back."""
    name = report.client_order_id
    track = account.tracks.get(name) or account.ended.get(name)
    if track is None or not lacks_fills(track, report):
        return
    later_ms = await look(account, track, began_ms)
    if later_ms > 0 and name not in account.looking_up:
        account.looking_up.add(name)
        account.spawn(look_later(account, name, later_ms))


async def look_later(account: Account, name: str, wait_ms: int) -> None:
    """Have everything read once no read can be from before the order's end any more."""
    await account.clocks.sleep(wait_ms / 1000)
    account.looking_up.discard(name)
    account.surprise.set()
