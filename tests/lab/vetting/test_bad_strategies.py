"""One small file for everything that can be wrong with a strategy: each is named, with its line and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.shell import KERNELS
from tests.lab.vetting.here import BAD, examined_here, source_line, wrong

from botswain.lab.vetting.examination import examined
from botswain.lab.vetting.job import Job

# Dozens of runs in Python each: no speed limit, and a machine that does other things too takes minutes.
pytestmark = pytest.mark.timeout(900)
# A file, the question that it fails, and the line that is to be named.
LINES = [
    ("peeks_by_frame", "look-ahead", 'run = sys._getframe(1).f_locals["sim_"]'),
    ("peeks_by_frame", "look-ahead", "return run.close[min(row + 1, len(run.close) - 1)] - candle_now"),
    ("peeks_by_accessor", "look-ahead", "later = candle_close(sim_, row_ + 1)  # noqa: F821"),
    ("peeks_at_end", "look-ahead", 'return len(run.close) - getattr(frame, "f_" + "locals")["ro" + "w_"] < 40'),
    ("draws_chance", "draws", "wanted.target(1.0 if random.random() > 0.5 else 0.0)"),
    ("draws_chance", "same again", "wanted.target(1.0 if random.random() > 0.5 else 0.0)"),
    ("draws_hidden_chance", "draws", "return COIN.random()"),
    ("draws_hidden_chance", "same again", "return COIN.random()"),
    ("draws_clock", "draws", "second = int(time.time())"),
    ("draws_date", "draws", "return datetime.now(UTC).year"),
    ("draws_environment", "draws", 'share = float(os.environ.get("SHARE", "0.5"))'),
    ("draws_file", "draws", "text = Path(__file__).read_text()"),
    ("draws_network", "draws", 'with socket.create_connection(("127.0.0.1", 1), timeout=0.01):'),
    ("draws_at_load", "draws", 'EDGE = int.from_bytes(os.urandom(4), "big") / 2**32'),
    ("keeps_in_module", "compiles", "COUNT += 1"),
    ("keeps_in_list", "compiles", "SEEN.append(candle.close)"),
    ("keeps_by_detour", "same again", "mean = sum(seen) / len(seen)"),
    ("never_warms_up", "warm-up", '"mean": ta.SMA(self.candles),'),
    ("never_begins", "warm-up", "return"),
    ("never_ends", "ends", "while rest >= 0.0:"),
    ("never_loads", "ends", "number += 1"),
    ("quits_at_load", "loads", 'sys.exit("done")'),
    ("misspelt", "compiles", "wanted.tarket(1.0)"),
    ("does_not_compile", "compiles", 'text = format(candle.close, ".2f")'),
    ("raises", "runs", "wanted.target(1.0 if candle.close / my.lots > 1.0 else 0.0)"),
    ("wrong_slot", "runs", "wanted.limit(3, 1, candle.close, 0.0)"),
    ("default_out_of_bounds", "parameters", 'candles = Param(600, 2, 500, help="candles in the average")'),
    ("extreme_raises", "parameters", "wanted.target(1.0 if int(my.mem.seen) % p.every == 0 else 0.0)"),
    ("extreme_contradicts", "parameters", 'return {"mean": ta.SMA(LENGTHS[self.length])}'),
    ("coarse_ticks", "orders", "wanted.limit(1, 1, candle.close / 2000.0, 1.0)"),
    ("cannot_pay", "fees", "@step"),
]


@pytest.mark.parametrize("name", sorted({one[0] for one in LINES}))
def test_what_is_wrong_is_named_with_its_line_and_what_to_write(name: str) -> None:
    found = examined_here(BAD / f"{name}.py")
    expected = {(check, line) for file, check, line in LINES if file == name}
    assert expected <= set(wrong(found)), found
    assert all(one.remedy for one in found if one.verdict != "ok" and one.verdict != "skipped")


def test_a_running_total_drifts_from_where_it_begins() -> None:
    assert ("warm-up", '"total": ta.OBV(),') in wrong(examined_here(BAD / "drifts.py", 2_000))


def test_a_file_that_is_read_at_loading_is_told_and_is_no_fault() -> None:
    found = examined_here(BAD / "draws_file_at_load.py")
    [told] = [one for one in found if one.verdict == "warning" and one.check == "draws"]
    assert source_line(told) == "SIZE = float(len(Path(__file__).read_bytes()))"
    assert wrong(found) == []


def test_what_is_no_python_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "no_python.py"
    path.write_text("from botswain import Strategy, step\n\n\nclass Broken(Strategy)\n    pass\n")
    assert wrong(examined_here(path)) == [("loads", "class Broken(Strategy)")]


def in_processes(name: str, **more: float) -> list[tuple[str, str]]:
    """What must be mended, as the command asks."""
    return wrong(examined(Job(str(BAD / f"{name}.py"), cache=str(KERNELS), **more)))  # type: ignore[arg-type]


def test_what_differs_between_processes_is_named_by_the_line_at_which_they_part() -> None:
    assert in_processes("draws_hash") == [("same again", "wanted.target(1.0 if part > WORD else 0.0)")]


def test_what_stands_still_in_one_line_is_ended_and_named() -> None:
    assert ("ends", "NEVER.wait()") in in_processes("stands_still", stuck_s=3.0)


def test_what_ends_the_process_is_named() -> None:
    found = in_processes("ends_the_process")
    assert ("draws", "os._exit(7)") in found
    assert ("ends", "") in found
