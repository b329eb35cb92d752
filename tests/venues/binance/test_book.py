"""The local book follows the venue's rule exactly, and a real capture proves it."""

import gzip
import json
import os
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from tests.venues.binance.payloads import raw

from botswain.model.market_events import DepthDiff, DepthSnapshot, Level, Quote
from botswain.venues.binance.book import LocalBook, Step
from botswain.venues.binance.market_replies import depth
from botswain.venues.binance.stream_messages import Heard, message

SHARED = Path(os.environ.get("BOTSWAIN_SHARED", Path(__file__).resolve().parents[4] / "shared"))
CAPTURE = SHARED / "data" / "binance" / "BTC-USDT" / "raw_ws_2024-08-08.jsonl.gz"


def levels(*pairs: tuple[int, int]) -> tuple[Level, ...]:
    return tuple((Decimal(price), Decimal(qty)) for price, qty in pairs)


def snapshot(last_id: int) -> DepthSnapshot:
    return DepthSnapshot(last_id, levels((99, 1), (98, 2)), levels((101, 1), (102, 2)))


def diff(first: int, last: int, bids: tuple[Level, ...] = (), asks: tuple[Level, ...] = ()) -> DepthDiff:
    return DepthDiff("BTCUSDT", first, last, bids, asks, 0)


def known(last_id: int = 10) -> LocalBook:
    book = LocalBook()
    assert book.snapshot(snapshot(last_id)) is Step.APPLIED
    return book


def test_before_a_snapshot_nothing_is_known_and_differences_wait() -> None:
    book = LocalBook()
    assert book.apply(diff(1, 2)) is Step.BUFFERED
    assert (book.known, book.bids.best) == (False, None)


def test_a_snapshot_older_than_the_first_waiting_difference_is_taken_again() -> None:
    book = LocalBook()
    book.apply(diff(20, 22))
    assert book.snapshot(snapshot(15)) is Step.SNAPSHOT_TOO_OLD
    assert not book.known
    assert book.snapshot(snapshot(21)) is Step.APPLIED
    assert (book.known, book.last_id) == (True, 22)


def test_waiting_differences_are_dropped_up_to_the_snapshot_and_applied_after_it() -> None:
    book = LocalBook()
    for one in (diff(1, 5, levels((97, 9))), diff(6, 12, levels((99, 5))), diff(13, 14, asks=levels((101, 0)))):
        book.apply(one)
    assert book.snapshot(snapshot(10)) is Step.APPLIED
    assert (book.last_id, book.bids.best, book.asks.best) == (14, (99, 5), (102, 2))
    assert book.bids.top(5) == levels((99, 5), (98, 2))


def test_the_first_difference_must_contain_the_next_id() -> None:
    assert known().apply(diff(10, 12)) is Step.APPLIED
    assert known().apply(diff(11, 12)) is Step.APPLIED
    assert known().apply(diff(12, 13)) is Step.GAP
    assert known().apply(diff(8, 10)) is Step.STALE


def test_later_differences_must_follow_without_a_hole_or_an_overlap() -> None:
    book = known()
    book.apply(diff(9, 12))
    assert book.apply(diff(13, 13)) is Step.APPLIED
    assert book.apply(diff(13, 14)) is Step.GAP
    assert (book.known, len(book.bids), book.last_id) == (False, 0, 0)


def test_after_a_gap_a_new_snapshot_goes_on_from_what_waited() -> None:
    book = known()
    assert book.apply(diff(20, 21, levels((99, 7)))) is Step.GAP
    assert book.apply(diff(22, 23)) is Step.BUFFERED
    assert book.snapshot(snapshot(19)) is Step.SNAPSHOT_TOO_OLD
    assert book.snapshot(snapshot(20)) is Step.APPLIED
    assert (book.last_id, book.bids.best) == (23, (99, 7))


def test_a_hole_among_waiting_differences_asks_for_another_snapshot() -> None:
    book = LocalBook()
    book.apply(diff(10, 12))
    book.apply(diff(15, 16))
    assert book.snapshot(snapshot(11)) is Step.GAP
    assert not book.known


@pytest.mark.parametrize("seed", range(5))
def test_sides_agree_with_a_plain_dictionary(seed: int) -> None:
    chance, book = Random(seed), known(0)
    bids, asks = dict(snapshot(0).bids), dict(snapshot(0).asks)
    for number in range(1, 300):
        up = levels(*((chance.randrange(50, 100), chance.randrange(3)) for _ in range(4)))
        down = levels(*((chance.randrange(100, 150), chance.randrange(3)) for _ in range(4)))
        assert book.apply(diff(number, number, up, down)) is Step.APPLIED
        for side, changes in ((bids, up), (asks, down)):
            side.update(changes)
            for price in [price for price, qty in side.items() if not qty]:
                del side[price]
        assert book.bids.top(99) == tuple(sorted(bids.items(), reverse=True))
        assert book.asks.top(99) == tuple(sorted(asks.items()))
        assert not book.crossed


def test_a_real_capture_rebuilds_the_book_ticker_at_every_point_where_both_are_known() -> None:
    if not CAPTURE.exists():
        pytest.skip(f"the real capture {CAPTURE.name} is not here; set BOTSWAIN_SHARED to the folder with data/")
    book, seen = LocalBook(), dict.fromkeys(Step, 0)
    compared = equal = crossed = 0
    tickers: dict[int, Quote] = {}
    with gzip.open(CAPTURE) as lines:
        for line in lines:
            found = json.loads(line)["msg"]
            if "lastUpdateId" in found:
                assert book.snapshot(depth(raw(found))) is Step.APPLIED
                continue
            heard = message(raw(found))
            assert isinstance(heard, Heard)
            event = heard.event
            if isinstance(event, DepthDiff):
                seen[book.apply(event)] += 1
                crossed += book.crossed
            elif isinstance(event, Quote):
                tickers[event.update_id] = event
            ticker = tickers.pop(book.last_id, None) if book.known else None
            if ticker is not None:
                compared += 1
                equal += (book.bids.best, book.asks.best) == (
                    (ticker.bid, ticker.bid_qty),
                    (ticker.ask, ticker.ask_qty),
                )
    print(f"steps {seen}, compared {compared}, equal {equal}, crossed {crossed}")
    assert (equal, crossed, seen[Step.GAP]) == (compared, 0, 0)
    assert compared == 1072
