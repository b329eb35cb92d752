"""A walk-forward and a holdout as jobs: what the library finds, with what the request says of it, and its trials."""

import errno
import json
import os
from pathlib import Path

import pytest
from tests.lab.forward.moved import moved

from botswain.history.content import content_hash
from botswain.history.shelf import Shelf
from botswain.lab.forward.walk_object import walk_object
from botswain.lab.forward.walking import holdout, walk_forward
from botswain.lab.jobs import run_job
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.tally import Tally
from botswain.model.errors import BadInput

ASKED = {
    "strategy": "sma_crossover", "dataset_ids": ["history:binance:1h:BTC/USDT"], "symbols": [],
    "parameters": {"direction": "long"}, "capital": "5000", "fee": "0.001", "slippage_bps": "2",
    "sizing": {"kind": "percent", "size": "0.5"}, "exits": {}, "limits": {}, "start_ms": None, "end_ms": None,
}  # fmt: skip
VARIED = {
    "fast": {"values": [], "least": "5", "most": "15", "step": "5"},
    "slow": {"values": [30, 60], "least": None, "most": None, "step": None},
}
WALK = {
    "kind": "walk_forward", "vary": VARIED, "folds": 3, "anchored": True, "train": None, "test": None,
    "purge": "24 candles", "embargo": "1d", "objective": "total_return", "random": 0, "seed": 0,
}  # fmt: skip
SAME = {
    "vary": {"fast": [5, 10, 15], "slow": [30, 60]}, "params": {"direction": "long"}, "purge": "24 candles",
    "embargo": "1d", "objective": "total_return", "capital": "5000", "fee": "0.001", "slippage_bps": "2",
    "sizing": "percent", "size": "0.5",
}  # fmt: skip


@pytest.fixture
def context(tmp_path, kernels):
    Shelf(tmp_path / "candles").put("binance", moved(0.0015, hours=24 * 100))
    return {"candles_dir": str(tmp_path / "candles"), "cache_dir": str(kernels), "trials_dir": str(tmp_path / "trials")}


def test_a_walk_forward_is_what_the_library_finds(tmp_path, kernels, context):
    told = []
    found = run_job({"request": ASKED | {"walk": WALK}, "context": context}, lambda *words: told.append(words))
    candles = moved(0.0015, hours=24 * 100)
    same = walk_forward("sma_crossover", candles, folds=3, anchored=True, ways=Ways(1, folder=kernels), **SAME)
    expected = json.loads(json.dumps(walk_object(same)))
    for name in ("verdict", "standing", "folds", "stability", "everything", "comparison", "figures", "vary"):
        assert json.loads(json.dumps(found[name])) == expected[name], name
    assert found["equity"][-1] == expected["equity"][-1]
    assert found["data"][0]["origin"] == "history:binance:1h:BTC/USDT"
    assert found["metrics"] == {
        **same.comparison["chosen"],
        "market_change": same.comparison["buy_and_hold"]["total_return"],
        "trips_count": same.figures["trades"]["count"],
        "efficiency": same.efficiency,
        "standing": same.standing,
        "verdict": same.verdict,
    }
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, 0.99)
    words = [said for _, said in told]
    assert "fold 3 of 3: 6 of 6 tried" in words
    assert "the choice on everything: 6 of 6 tried" in words
    assert Tally(tmp_path / "trials").counted([content_hash(candles)]).trials == 6


def test_a_holdout_is_what_the_library_finds_and_the_span_is_that_of_the_request(kernels, context):
    candles = moved(0.0015, hours=24 * 100)
    end_ms = int(candles.ts[24 * 90])
    walk = WALK | {"kind": "holdout", "folds": None, "anchored": False, "test": None, "random": 2, "seed": 5}
    request = ASKED | {"walk": walk, "end_ms": end_ms}
    found = run_job({"request": request, "context": context}, lambda _done, _what: None)
    ways = Ways(1, folder=kernels)
    same = holdout("sma_crossover", candles, test="25%", random=2, seed=5, end=end_ms, ways=ways, **SAME)
    assert (found["verdict"], len(found["folds"]), found["asked"]) == (same.verdict, 1, 1)
    assert found["folds"][0]["test_end_ms"] == end_ms
    assert found["folds"][0]["tried"] == {"ran": 2}
    longer = run_job(
        {"request": request | {"walk": walk | {"test": "30d"}}, "context": context}, lambda _done, _what: None
    )
    assert longer["folds"][0]["test_candles"] == 29 * 24


def test_what_cannot_be_chosen_or_laid_is_refused(context):
    for change, words in (
        ({"walk": WALK | {"folds": 300}}, "too few for 300 folds"),
        ({"walk": WALK | {"vary": {"slow": VARIED["slow"]}}, "parameters": {"fast": 90}}, "fast must be below slow"),
    ):
        with pytest.raises(BadInput, match=words):
            run_job({"request": ASKED | change, "context": context}, lambda _done, _what: None)


def test_a_walk_that_was_ended_goes_on_with_what_it_had_tried(context, tmp_path):
    asked = {"request": ASKED | {"walk": WALK}, "context": context | {"trials_dir": None}, "kept": None}
    whole = run_job(asked, lambda *_words: None)
    kept = asked["kept"] = str(tmp_path / "jobs" / "one")

    class EndedError(Exception):
        pass

    def end_in_fold_two(_done, said):
        if said == "fold 2 of 3: 6 of 6 tried":
            raise EndedError

    with pytest.raises(EndedError):
        run_job(asked, end_in_fold_two)
    lines = (Path(kept) / "fold-1").read_text()
    again = run_job(asked, lambda *_words: None)
    assert {name: again[name] for name in whole} == whole
    assert (Path(kept) / "fold-1").read_text() == lines
    # Of other candles, or another version, nothing is gone on with, and nobody is told to name a file.
    asked["request"] = asked["request"] | {"capital": "6000"}
    assert run_job(asked, lambda *_words: None)["metrics"]
    (Path(kept) / "fold-1").write_text("no line of a search\n")
    assert run_job(asked, lambda *_words: None)["metrics"]


def test_a_walk_whose_tries_find_no_room_says_where_to_make_it(context, tmp_path, monkeypatch):
    asked = {"request": ASKED | {"walk": WALK}, "context": context, "kept": str(tmp_path / "jobs" / "one")}

    def full(_number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("botswain.lab.trials.record.os.fsync", full)
    with pytest.raises(BadInput) as refused:
        run_job(asked, lambda *_words: None)
    assert str(refused.value) == (
        "what it tried cannot be written down (No space left on device); make room on the disk of the data folder, and "
        "run it once more"
    )
