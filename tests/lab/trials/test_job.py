"""What a worker reads of candles in a file is what was written there, before it lets go of it and after."""

from pathlib import Path

import numpy as np
import pytest
from tests.stage import drawn

from botswain.lab.trials.job import DONT_NEED, Bench, in_file, mapped, shelve, taken
from botswain.lab.trials.kept_columns import KeptColumns
from botswain.model.candles import COLUMNS, Candles

NAMES = ("ts", *COLUMNS)


def candles(count: int = 4_000) -> Candles:
    """Candles of more than a page of memory a column."""
    closes = 100 + np.random.default_rng(2).integers(-9, 10, count)
    return drawn(closes.tolist(), volume=(closes * 1.7).tolist())


def bits(one: Candles) -> list[bytes]:
    """All of them, to the last bit."""
    return [getattr(one, name).tobytes() for name in NAMES]


def test_candles_in_a_file_are_those_that_were_written(tmp_path: Path) -> None:
    one = candles()
    shelved = shelve(one, tmp_path / "0.npy")
    assert bits(taken(shelved, in_file(mapped(shelved.path)))) == bits(one)
    assert bits(taken(shelved, np.load(shelved.path))) == bits(one), "the file is one of NumPy's own"


def test_what_was_let_go_is_there_again_when_it_is_read_though_the_file_is_gone(tmp_path: Path) -> None:
    one = candles()
    shelved = shelve(one, tmp_path / "0.npy")
    whole = mapped(shelved.path)
    bench = Bench("a", {one.symbol: taken(shelved, in_file(whole))}, KeptColumns(), (whole,))
    assert bits(bench.candles[one.symbol]) == bits(one)
    shelved.path.unlink()
    bench.let_go()
    assert bits(bench.candles[one.symbol]) == bits(one)


@pytest.mark.skipif(not Path("/proc/self/smaps").exists() or DONT_NEED is None, reason="only Linux tells it")
def test_what_was_let_go_is_in_no_memory_of_this_process(tmp_path: Path) -> None:
    one = candles(40_000)
    shelved = shelve(one, tmp_path / "let_go.npy")
    whole = mapped(shelved.path)
    bench = Bench("a", {one.symbol: taken(shelved, in_file(whole))}, KeptColumns(), (whole,))
    assert bits(bench.candles[one.symbol]) == bits(one)
    assert resident_kb(shelved.path) > 1_500
    bench.let_go()
    assert resident_kb(shelved.path) == 0


def resident_kb(path: Path) -> int:
    """How much of a file this process has in its memory."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    for line in lines:
        if line.endswith(str(path)):
            return next(int(one.split()[1]) for one in lines if one.startswith("Rss:"))
    raise AssertionError(f"{path} is not mapped")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_full_disk_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left"):
        shelve(candles(), Path("/dev/full"))
