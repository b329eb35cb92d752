"""Downloading from a venue through a real CCXT client and a loopback server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.history.klines_server import FIRST_MS, MINUTE_MS, PAGE, KlinesServer, binance_at, is_absent, kline
from tests.history.samples import same

from botswain.history import download as downloading
from botswain.history.download import Request, download
from botswain.history.shelf import Shelf
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, Unavailable

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 1_500
NOW_MS = FIRST_MS + MINUTES * MINUTE_MS + 12_345
ALL = Request("BTC/USDT", "1m", start_ms=FIRST_MS)


class Watched:
    """A watcher that remembers, and a sleep that does not."""

    def __init__(self) -> None:
        self.moves: list[tuple[int, int, int]] = []
        self.reasons: list[str] = []
        self.slept_s: list[float] = []

    def moved(self, candles: int, done_ms: int, whole_ms: int) -> None:
        self.moves.append((candles, done_ms, whole_ms))

    def waiting(self, reason: str) -> None:
        self.reasons.append(reason)

    def sleep(self, wait_s: float) -> None:
        self.slept_s.append(wait_s)


@pytest.fixture
def server() -> Iterator[KlinesServer]:
    with KlinesServer(NOW_MS) as running:
        yield running


@pytest.fixture
def watched() -> Watched:
    return Watched()


def run(server: KlinesServer, shelf: Shelf, watched: Watched, request: Request = ALL) -> downloading.Downloaded:
    return download(binance_at(server.url), request, shelf, watched, watched.sleep)


def times(candles: Candles) -> list[int]:
    found: list[int] = candles.ts.tolist()
    return found


def existing(first_ms: int, end_ms: int) -> list[int]:
    return [ts for ts in range(first_ms, end_ms, MINUTE_MS) if not is_absent(ts)]


def test_every_closed_candle_arrives_once_and_the_unfinished_one_never(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    done = run(server, Shelf(tmp_path), watched)
    candles = Shelf(tmp_path).find("BTC/USDT", "1m", "binance")
    assert times(candles) == existing(FIRST_MS, FIRST_MS + MINUTES * MINUTE_MS)
    assert done.added == len(candles)
    expected = kline(int(candles.ts[-1]))
    assert [candles.open[-1], candles.close[-1], candles.volume[-1]] == [float(expected[at]) for at in (1, 4, 5)]


def test_progress_ends_at_the_whole(server: KlinesServer, tmp_path: Path, watched: Watched) -> None:
    done = run(server, Shelf(tmp_path), watched)
    candles, done_ms, whole_ms = watched.moves[-1]
    assert candles == done.added
    assert done_ms == whole_ms
    assert [move[1] for move in watched.moves] == sorted(move[1] for move in watched.moves)


def test_a_complete_download_asks_for_nothing_again(server: KlinesServer, tmp_path: Path, watched: Watched) -> None:
    run(server, Shelf(tmp_path), watched)
    before = len(server.asked)
    again = run(server, Shelf(tmp_path), watched)
    assert again.added == 0
    assert len(server.asked) == before


def test_without_a_start_it_goes_on_after_the_last_stored_candle(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    early = Request("BTC/USDT", "1m", start_ms=FIRST_MS, end_ms=FIRST_MS + 100 * MINUTE_MS)
    run(server, Shelf(tmp_path), watched, early)
    server.asked.clear()
    run(server, Shelf(tmp_path), watched, Request("BTC/USDT", "1m"))
    assert server.asked[0] == FIRST_MS + 100 * MINUTE_MS
    candles = Shelf(tmp_path).find("BTC/USDT", "1m")
    assert times(candles) == existing(FIRST_MS, FIRST_MS + MINUTES * MINUTE_MS)


def test_a_hole_in_stored_candles_is_filled_and_only_the_hole_is_asked_for(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    run(server, Shelf(tmp_path / "whole"), watched)
    whole = Shelf(tmp_path / "whole").find("BTC/USDT", "1m")
    shelf = Shelf(tmp_path / "holed")
    shelf.put("binance", whole.slice(0, 200))
    shelf.put("binance", whole.slice(210, len(whole)))
    server.asked.clear()
    run(server, shelf, watched)
    assert same(shelf.find("BTC/USDT", "1m"), whole)
    assert len(server.asked) < MINUTES // PAGE


def test_a_rate_limit_and_a_dropped_connection_are_waited_out(tmp_path: Path, watched: Watched) -> None:
    with KlinesServer(NOW_MS, {3: "429", 4: "429", 8: "drop"}) as server:
        run(server, Shelf(tmp_path), watched)
    candles = Shelf(tmp_path).find("BTC/USDT", "1m")
    assert times(candles) == existing(FIRST_MS, FIRST_MS + MINUTES * MINUTE_MS)
    assert watched.slept_s == [1.0, 2.0, 1.0]
    assert "429" in watched.reasons[0]
    assert "trying again in 1 s (1 of 6)" in watched.reasons[0]


def test_a_venue_that_stays_away_is_given_up_and_what_came_is_kept(tmp_path: Path, watched: Watched) -> None:
    with KlinesServer(NOW_MS, dict.fromkeys(range(4, 99), "drop")) as server:
        with pytest.raises(Unavailable, match=r"did not answer in 6 tries.*run the same command again"):
            run(server, Shelf(tmp_path), watched)
        kept = Shelf(tmp_path).find("BTC/USDT", "1m")
        assert len(kept) == 3 * PAGE
        server.faults.clear()
        server.asked.clear()
        run(server, Shelf(tmp_path), watched)
        assert server.asked[0] == int(kept.ts[-1]) + MINUTE_MS
    assert watched.slept_s == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_a_request_the_venue_refuses_is_not_repeated(tmp_path: Path, watched: Watched) -> None:
    with (
        KlinesServer(NOW_MS, {1: "refuse"}) as server,
        pytest.raises(Unavailable, match=r"binance refused the request: .*Illegal characters.*run the same command"),
    ):
        run(server, Shelf(tmp_path), watched)
    assert len(server.asked) == 1
    assert Shelf(tmp_path).entries() == ()


def test_a_venue_without_a_clock_is_read_by_this_machines_less_a_minute(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    source = binance_at(server.url)
    source.has["fetchTime"] = False
    source.milliseconds = lambda: FIRST_MS + 100 * MINUTE_MS + 59_999
    download(source, ALL, Shelf(tmp_path), watched, watched.sleep)
    assert int(Shelf(tmp_path).find("BTC/USDT").ts[-1]) == FIRST_MS + 98 * MINUTE_MS


def test_ctrl_c_keeps_what_came(server: KlinesServer, tmp_path: Path) -> None:
    class Impatient(Watched):
        def moved(self, candles: int, done_ms: int, whole_ms: int) -> None:
            super().moved(candles, done_ms, whole_ms)
            if candles >= 4 * PAGE:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(server, Shelf(tmp_path), Impatient())
    assert len(Shelf(tmp_path).find("BTC/USDT", "1m")) == 4 * PAGE


def test_an_impossible_candle_from_the_venue_is_named_and_not_stored(tmp_path: Path, watched: Watched) -> None:
    with (
        KlinesServer(NOW_MS, {2: "garbage"}) as server,
        pytest.raises(Unavailable, match=r"low 99999999\.0.*--start and --end"),
    ):
        run(server, Shelf(tmp_path), watched)
    assert len(Shelf(tmp_path).find("BTC/USDT", "1m")) == PAGE


def test_a_candle_the_venue_revised_is_told_and_the_stored_one_kept(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    run(server, Shelf(tmp_path / "true"), watched)
    true = Shelf(tmp_path / "true").find("BTC/USDT", "1m")
    other = Candles("BTC/USDT", "1m", true.ts, true.open, true.high, true.low, true.close, true.volume + 1.0)
    shelf = Shelf(tmp_path / "seen")
    shelf.put("binance", other.slice(10, 12))
    done = run(server, shelf, watched)
    assert [one.time_ms for one in done.revisions] == times(true)[10:12]
    assert shelf.find("BTC/USDT", "1m").volume[10] == other.volume[10]


def test_the_time_before_the_venue_began_is_skipped_in_one_request(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    early_ms = FIRST_MS - 5_000 * MINUTE_MS
    done = run(server, Shelf(tmp_path), watched, Request("BTC/USDT", "1m", start_ms=early_ms))
    assert done.skipped == ((early_ms, FIRST_MS),)
    assert server.asked[:2] == [early_ms, FIRST_MS + (PAGE + 3) * MINUTE_MS]


def test_time_in_which_the_venue_has_nothing_is_walked_over_and_not_asked_for_again(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    server.delisted_ms = FIRST_MS + 100 * MINUTE_MS
    run(server, Shelf(tmp_path), watched)
    assert times(Shelf(tmp_path).find("BTC/USDT")) == existing(FIRST_MS, server.delisted_ms)
    assert len(server.asked) == 4
    run(server, Shelf(tmp_path), watched)
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request("BTC/USTD", "1m", FIRST_MS), r"no symbol 'BTC/USTD'; did you mean 'BTC/USDT'"),
        (Request("BTC/USDT", "7m", FIRST_MS), r"no 7m candles.*it has 1s, 1m"),
        (Request("BTC/USDT", "1m"), r"nothing to go on from; say where to start, such as --start 2024-01-01"),
        (Request("BTC/USDT", "1m", FIRST_MS, FIRST_MS), r"the end, 2024-01-01T00:00:00Z.*is not after the start"),
        (Request("BTC/USDT", "1m", NOW_MS), r"the start, .* is after the last closed candle, .* an earlier --start"),
        (Request("BTC/USDT", "1m", FIRST_MS - 10 * MINUTE_MS, FIRST_MS), r"no 1m candles of BTC/USDT from"),
    ],
)
def test_what_cannot_be_downloaded_is_refused_by_name(
    server: KlinesServer, tmp_path: Path, watched: Watched, request_: Request, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        run(server, Shelf(tmp_path), watched, request_)


CHILD = """
import sys
from pathlib import Path
from botswain.history.download import Request, download
from botswain.history.shelf import Shelf
from tests.history.klines_server import FIRST_MS, binance_at

class Nobody:
    def moved(self, candles, done_ms, whole_ms): pass
    def waiting(self, reason): pass

url, root = sys.argv[1:]
request = Request("BTC/USDT", "1m", start_ms=FIRST_MS)
download(binance_at(url), request, Shelf(Path(root)), Nobody(), lambda wait_s: None)
"""


def child(server: KlinesServer, root: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    return subprocess.Popen([sys.executable, "-c", CHILD, server.url, str(root)], env=environment)


def test_a_download_killed_midway_and_started_again_gives_the_same_bytes(
    server: KlinesServer, tmp_path: Path, watched: Watched
) -> None:
    run(server, Shelf(tmp_path / "whole"), watched)
    whole = Shelf(tmp_path / "whole").path("binance", "BTC/USDT", "1m").read_bytes()
    killed = Shelf(tmp_path / "killed")
    path = killed.path("binance", "BTC/USDT", "1m")
    hanging_at = downloading.PAGES_KEPT_BACK + 5
    with KlinesServer(NOW_MS, {hanging_at: "hang"}) as slow:
        process = child(slow, killed.root)
        assert slow.hanging.wait(60)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        slow.released.set()
        part = killed.find("BTC/USDT", "1m")
        assert len(part) == downloading.PAGES_KEPT_BACK * PAGE
        assert path.read_bytes() != whole
        slow.asked.clear()
        slow.faults.clear()
        process = child(slow, killed.root)
        assert process.wait() == 0
        assert slow.asked[0] == int(part.ts[-1]) + MINUTE_MS
    assert path.read_bytes() == whole
