"""A journal that an older Botswain wrote, under which orders had other flags: replay and a start say so, row and cause.

Until orders that the gate passes as closing were sent as reduce-only on instruments that may be short, they went as
plain ones. A bot of that time is not taken along another way than its own, and nothing of it is written.
"""

import re

import pytest
from tests.engine.scenes import bot, drawn, instrument
from tests.fakes.installation import Installation

from botswain.build import decider
from botswain.control.config import MarketConfig
from botswain.core.access import row_of
from botswain.engine import bot as bots
from botswain.engine.feed import Market
from botswain.model.errors import FailClosed
from botswain.model.journal import RecordKind
from botswain.store.bot_records import TYPES

BTC, CONFIG = "BTC/USDT", MarketConfig()
LADDER = bot(
    "grid", [BTC], "ladder", params={"step": "0.004", "levels": 6}, sizing=("percent", "0.9"),
    limits={"max_drawdown": "0.9"},
)  # fmt: skip


def own_flags(sim, s, slot):
    """The flags of a row's order as they were: the strategy's alone."""
    return row_of(sim, s, slot).flag_bits


def market():
    """One market, on which one may be short."""
    candles = {BTC: drawn(21, BTC, 24, loud=0.003)}
    return Market("drawn", {BTC: instrument(BTC, shortable=True)}, 60_000, candles, "drawn")


async def older(kernels, monkeypatch):
    """What the older code left."""
    installation = Installation(kernels)
    with monkeypatch.context() as then:
        then.setattr(bots, "ORDER_FLAGS", own_flags)
        then.setattr(decider, "key_of", lambda _linked: "0dde2" * 12)
        await installation.process(market(), CONFIG, [LADDER], candles=15)
    return installation


async def test_a_journal_of_older_code_is_told_by_its_row_its_cause_and_what_to_do(kernels, monkeypatch):
    installation = await older(kernels, monkeypatch)
    before = await installation.journal("ladder")
    intents = [
        (one.seq, TYPES.read(one.kind, one.version, one.payload)) for one in before if one.kind == RecordKind.INTENT
    ]
    assert {one.flags for _, one in intents} == {0}
    found = await installation.replay("ladder")
    assert found.code_changed
    first = re.fullmatch(r"row (\d+): flags is 0 in the journal, 2 recomputed", found.differences[0])
    assert first is not None, found.differences[0]
    assert int(first[1]) in dict(intents)
    assert found.chain.broken_seq is None

    with pytest.raises(FailClosed) as stopped:
        await installation.start(market(), CONFIG, [LADDER])
    assert re.fullmatch(
        r"the code of bot 'ladder' changed since it was started \(was 0dde20\.\., is [0-9a-f]{6}\.\.\); its journal "
        r"was written by the old code\. Nothing was sent\. Run it with the version that wrote it, or start a bot of "
        rf"another name\. What differs first: in its journal's row {first[1]} flags is 0 in the journal, 2 recomputed",
        str(stopped.value),
    ), str(stopped.value)
    assert await installation.journal("ladder") == before
