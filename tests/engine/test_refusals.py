"""One bot that is not the bot that wrote its journal: it is stopped, the others go on, and why is one line."""

import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.engine.test_recovery import tampered
from tests.fakes.installation import Installation

from botswain.engine import roster
from botswain.model.errors import FailClosed

SPOILT = "UPDATE positions SET qty_units = qty_units + 7 WHERE bot_id = (SELECT id FROM bots WHERE name = 'trend')"


@pytest.fixture
async def installation(kernels):
    made = Installation(kernels)
    await made.process(market(), CONFIG, crew(), candles=12)
    return made


async def test_the_others_start_and_trade_and_the_stopped_one_is_halted_and_left_free(installation):
    tampered(installation, SPOILT)
    fleet = await installation.process(market(), CONFIG, crew())
    assert [one.name for one in fleet.runners] == ["ladder"]
    [refusal] = fleet.refused
    assert refusal.name == "trend"
    assert refusal.why.startswith("bot 'trend' was stopped: the position of BTC/USDT has qty ")
    row = await installation.bot("trend")
    assert (row.halted_reason, row.halted_by, row.halted_ms) == (refusal.why[:512], "start", installation.clock())
    assert (row.lease_owner, row.lease_until_ms) == (None, 0)
    assert (await installation.bot("ladder")).halted_reason is None
    assert (await installation.replay("ladder")).candles > 12


async def test_a_bot_that_starts_again_is_halted_no_more(installation):
    tampered(installation, SPOILT)
    await installation.start(market(), CONFIG, crew())
    tampered(installation, SPOILT.replace("+", "-"))
    fleet = await installation.start(market(), CONFIG, crew())
    assert fleet.refused == []
    assert (await installation.bot("trend")).halted_reason is None


async def test_a_journal_without_its_beginning_stops_its_bot_only(installation):
    tampered(installation, "DELETE FROM journal WHERE seq = 1 AND bot_id = (SELECT id FROM bots WHERE name = 'trend')")
    fleet = await installation.start(market(), CONFIG, crew())
    assert [one.name for one in fleet.refused] == ["trend"]
    assert "does not begin with its start" in (await installation.bot("trend")).halted_reason


async def test_where_no_bot_is_left_the_start_fails_and_both_are_halted(installation):
    tampered(installation, "UPDATE positions SET qty_units = qty_units + 7")
    with pytest.raises(FailClosed, match=r"bot 'trend' was stopped.*\. bot 'ladder' was stopped"):
        await installation.start(market(), CONFIG, crew())
    for name in ("trend", "ladder"):
        assert (await installation.bot(name)).halted_by == "start"
        assert (await installation.bot(name)).lease_owner is None


async def test_changed_code_is_the_first_thing_that_is_said(installation, monkeypatch):
    made = roster.checked

    def newer(parts, plan, wanted, *rest):
        one = made(parts, plan, wanted, *rest)
        if wanted.name == "trend":
            one.decider.key = "9f8e7d6c5b4a"
            decide = one.decider.take
            one.decider.take = lambda open_ms, bars: decide(open_ms, {s: bar for s, bar in bars.items() if s == 0})
        return one

    before = (await installation.journal("trend"))[0]
    monkeypatch.setattr(roster, "checked", newer)
    [refusal] = (await installation.start(market(), CONFIG, crew())).refused
    code = roster.first_row("trend", before).code
    assert refusal.why.startswith(
        f"the code of bot 'trend' changed since it was started (was {code[:6]}.., is 9f8e7d..); its journal was "
        "written by the old code. Nothing was sent. Run it with the version that wrote it, or start a bot of another "
        "name. What differs first: "
    )
    assert len(refusal.why) < 500
    assert "(event=" not in refusal.why
