"""Long lists are walked by days and by numbers: no row is missed, none is told twice, and a hole is no answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from tests.venues.binance.test_desk import desk as plain_desk

from botswain.model.order_events import OwnTrade
from botswain.model.outcomes import Absent, Answer, Failed, Rows
from botswain.venues.binance import histories
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.histories import DAY_MS
from botswain.venues.binance.requests import Call

T = TypeVar("T")
NOW_MS = 1_700_000_000_000
START_MS = NOW_MS - 5 * DAY_MS
LONG_AGO_MS = NOW_MS - 400 * DAY_MS


def row(number: int, time_ms: int) -> dict[str, Any]:
    shown = {"symbol": "BTCUSDT", "id": number, "orderId": 1, "price": "1", "qty": "1", "quoteQty": "1"}
    return shown | {"commission": "0", "commissionAsset": "X", "time": time_ms, "isBuyer": True, "isMaker": True}


class Book(Desk):
    """Answers from a list of trades as the venue does; what is in `unreadable` comes as nonsense."""

    def __init__(self, trades: list[dict[str, Any]], unreadable: tuple[int, ...] = ()) -> None:
        super().__init__(plain_desk(now=lambda: NOW_MS)[0].address)
        self.trades = trades
        self.unreadable = unreadable
        self.asked: list[dict[str, str]] = []
        self.fails_at = -1
        self.absent = False

    async def read(self, call: Call, decoder: Callable[[bytes], T]) -> Answer[T] | Absent | Failed:
        asked = dict(call.params)
        self.asked.append(asked)
        if self.absent:
            return Absent()
        if len(self.asked) == self.fails_at:
            return Failed("lost")
        start, end = int(asked.get("startTime", 0)), int(asked.get("endTime", NOW_MS * 2))
        assert "endTime" not in asked or end - start <= DAY_MS
        first = int(asked.get("fromId", 0))
        kept = [one for one in self.trades if one["id"] >= first and start <= one["time"] <= end]
        told = [{"symbol": "BTCUSDT"} if one["id"] in self.unreadable else one for one in kept]
        return Answer(decoder(json.dumps(told[: int(asked["limit"])]).encode()))


@pytest.fixture(autouse=True)
def pages_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "MOST_ROWS", 3)


async def read(book: Book, since_ms: int) -> Rows[OwnTrade]:
    found = await histories.since(book, histories.fills("BTCUSDT"), since_ms)
    assert isinstance(found, Answer), found
    return found.data


def numbers(rows: Rows[OwnTrade]) -> list[int]:
    return [int(one.trade_id) for one in rows.items]


async def test_quiet_days_are_walked_with_both_ends_and_the_last_without() -> None:
    book = Book([row(7, START_MS - 1), row(8, START_MS), row(9, START_MS + 3 * DAY_MS), row(10, NOW_MS + 50)])
    assert numbers(await read(book, START_MS)) == [8, 9, 10]
    assert len(book.asked) == 6
    assert ["endTime" in one for one in book.asked] == [True] * 5 + [False]


async def test_a_full_page_goes_on_by_number() -> None:
    book = Book([row(n, START_MS + n) for n in range(20, 30)])
    assert numbers(await read(book, START_MS)) == list(range(20, 30))
    assert [one.get("fromId") for one in book.asked] == [None, "23", "26", "29"]


async def test_what_began_long_ago_is_read_by_number_and_cut_at_the_time() -> None:
    book = Book([row(n, LONG_AGO_MS + n * DAY_MS) for n in range(8)])
    assert numbers(await read(book, LONG_AGO_MS + 5 * DAY_MS)) == [5, 6, 7]
    assert numbers(await read(book, 0)) == list(range(8))


@pytest.mark.parametrize("since_ms", [START_MS, LONG_AGO_MS])
@pytest.mark.parametrize("bad", [(22,), (20, 21), (25, 26, 27), (29,), (24, 25)])
async def test_rows_that_cannot_be_read_are_kept_once_and_at_their_place(bad: tuple[int, ...], since_ms: int) -> None:
    book = Book([row(n, START_MS + n) for n in range(20, 30)], unreadable=bad)
    found = await histories.since(book, histories.fills("BTCUSDT"), since_ms)
    if bad == (25, 26, 27):
        # Whether a page is nothing but unreadable depends on where it began.
        assert isinstance(found, Failed) or len(found.data.broken) == 3
        return
    assert isinstance(found, Answer), found
    assert numbers(found.data) == [n for n in range(20, 30) if n not in bad]
    assert [one.row for one in found.data.broken] == [n - 20 for n in bad]


async def test_a_page_that_nobody_can_read_is_no_answer() -> None:
    found = await histories.since(
        Book([row(n, START_MS) for n in range(5)], unreadable=(0, 1, 2)), histories.fills("BTCUSDT"), START_MS
    )
    assert isinstance(found, Failed)
    assert "no row of a whole page" in found.why


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_one_failed_page_makes_the_whole_no_answer(at: int) -> None:
    book = Book([row(n, START_MS + n) for n in range(20, 30)])
    book.fails_at = at
    assert await histories.since(book, histories.fills("BTCUSDT"), START_MS) == Failed("lost")


async def test_an_absent_list_is_no_answer_and_an_endless_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book([row(n, START_MS + n) for n in range(20, 30)])
    book.absent = True
    assert isinstance(await histories.since(book, histories.fills("BTCUSDT"), START_MS), Failed)
    book.absent = False
    monkeypatch.setattr(histories, "MOST_PAGES", 2)
    found = await histories.since(book, histories.fills("BTCUSDT"), 0)
    assert isinstance(found, Failed)
    assert "more than 6 rows" in found.why
