"""What a reached limit says: money to the cent in the sentence, exact beside it."""

from decimal import Decimal

from botswain.control.bot_blocks import blocked_by
from botswain.model.reasons import Reason
from botswain.store.blocks import Block


def row_of(value, limit):
    return Block(reason=int(Reason.DAILY_LOSS), value=value, limit=limit, since_ms=1_000, until_ms=None)


def test_a_sentence_has_money_to_the_cent_and_the_numbers_beside_it_are_exact():
    value, limit = Decimal("10043.9414437877"), Decimal("10050.5475526793")
    row = row_of(value, limit)
    found = blocked_by([row], "running", 2_000, "USDT")
    assert found is not None
    assert "equity 10043.94 USDT, floor of the day 10050.55 USDT" in found.message
    assert (found.value, found.limit) == (value, limit)


def test_a_pause_for_a_fall_says_that_it_ends_when_that_is_made_good():
    value, limit = Decimal(8944), Decimal(9000)
    row = Block(reason=int(Reason.DRAWDOWN_PAUSE), value=value, limit=limit, since_ms=1_000, until_ms=None)
    found = blocked_by([row], "running", 2_000, "USDT")
    assert found is not None
    assert found.code == "drawdown_pause"
    assert found.message == (
        "Its drawdown at which it pauses is reached (smoothed equity 8944.00 USDT, floor 9000.00 USDT), so it opens "
        "nothing until it has recovered, or is given other settings; what protects it works on"
    )


def test_what_is_worth_less_than_one_is_not_rounded_away():
    row = row_of(Decimal("0.00123"), Decimal("0.00124"))
    found = blocked_by([row], "running", 2_000, "BTC")
    assert found is not None
    assert "equity 0.00123 BTC, floor of the day 0.00124 BTC" in found.message
