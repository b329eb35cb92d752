"""Entries and exits equal freqtrade's own, recorded by benchmarks/against_freqtrade.py --record on the same candles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.foreign import compared

# What differs, as docs/foreign.md has it; nothing else may.
KNOWN = {"AtrStop": {compared.WITHIN: 1}, "SteppedStop": {compared.WITHIN: 1}}


@pytest.mark.parametrize("name", sorted(compared.NAMES))
def test_entries_and_exits_are_those_of_freqtrade_but_for_what_is_known_to_differ(name: str, kernels: Path) -> None:
    theirs = compared.theirs_of(json.loads(compared.EXPECTED.read_text(encoding="utf-8"))[name])
    candles = compared.candles_for(name, compared.made_candles())
    ours = compared.trades_of(compared.own_result(compared.STRATEGIES / f"{name}.py", candles, folder=kernels))
    found = compared.differences(name, ours, theirs)
    assert {cause: len(ones) for cause, ones in found.items()} == KNOWN.get(name, {})
    assert len(ours) == len(theirs) > 8
