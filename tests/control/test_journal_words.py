"""Every kind of journal row as a sentence, in decimals and by name."""

from decimal import Decimal

import msgspec
import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.control.bot_terms import terms_of
from botswain.control.config import BotConfig, MarketConfig, stored_form
from botswain.control.decimal_text import money_text
from botswain.control.journal_words import SENTENCES, named_orders, sentence
from botswain.control.order_words import note_text
from botswain.core.codes import DONE, EMPTY, ENDED, LIMIT, MARKET, STOP, WAITING, WORKING
from botswain.model.instrument import Instrument
from botswain.model.intents import Working
from botswain.model.journal import MarketRef
from botswain.model.news import Command, Crossed, Known, Link, Mode, Ruled, Surfaced, Unsure
from botswain.model.orders import OrderKind, Side, Tif
from botswain.model.reasons import Reason
from botswain.store.bot_records import (
    Away,
    Charged,
    Ended,
    Filled,
    Halted,
    Intent,
    NoteNow,
    Renewed,
    RowNow,
    Split,
    Started,
    Step,
)
from botswain.store.orders import Order

NAME = "018bcfe5-6800-7000-8000-000000000001"
RULES = [
    Instrument("BTC/USDT", Decimal("0.25"), Decimal("0.001"), min_qty=Decimal("0.002"), min_notional=Decimal(10)),
    Instrument("ETH/USDT", Decimal("0.01"), Decimal("0.1")),
]
CONFIG = BotConfig(name="mine", strategy="sma_crossover", symbols=["BTC/USDT", "ETH/USDT"], capital="1000", fee="0")
STARTED = Started(
    stored_form(CONFIG, MarketConfig()), "", made.new_id(), 0, NOW_MS, 60_000, 10, msgspec.json.encode(RULES).decode()
)
TERMS = terms_of(STARTED)
ORDER = Order(
    client_order_id=NAME,
    account_id=NAME,
    bot_id=NAME,
    seq=1,
    symbol="BTC/USDT",
    slot=1,
    rev=1,
    attempt=1,
    side=Side.SELL,
    kind=OrderKind.LIMIT,
    tif=Tif.GTC,
    flags=0,
    qty_lots=5,
    price_ticks=401,
    trigger_ticks=None,
    tick_size=Decimal("0.25"),
    lot_size=Decimal("0.001"),
    link=0,
    parent=-1,
    reason=0,
    time_ms=NOW_MS,
    state=None,
    filled_lots=0,
    venue_order_id=None,
)


def row(state, side=1, kind=LIMIT, qty=5, eff=5, price=401, trigger=0, symbol=0, slot=1):
    return RowNow(symbol, slot, 1, state, side, kind, qty, eff, 0, price, trigger, 0, 0, 0, 0, 0, 0.0)


def step(*rows, notes=()):
    return Step(MarketRef("", 1), NOW_MS, rows, tuple(notes), ())


def intent(cancels="", places="", **more):
    values = {"symbol": 0, "slot": 1, "rev": 1, "attempt": 1, "side": 1, "kind": LIMIT, "price": 401, "trigger": 0}
    values |= {"tif": 0, "flags": 0, "link": 0, "leaves": 5, **more}
    return Intent(cancels, places, **values)


def fill(**more):
    values = {"time_ms": 1, "seq": 1, "symbol": 0, "slot": 1, "rev": 1, "side": -1, "lots": 5, "price": 401}
    unit = int(Decimal("1.5") / TERMS.money)
    values |= {"fee": 0, "maker": True, "reason": 0, "realized": unit, "final": True, **more}
    return Filled(NAME, "t", **values)


WORKS = Working(NAME, 1, 1, 1, 1, 1, LIMIT, 20_000, 0, 0, 0, 0, 3)
WORDS = [
    (STARTED, "Began with 1000 USDT and sma_crossover on BTC/USDT, ETH/USDT; its indicators start at 2023-11-14"),
    (step(row(WORKING)), "Wants to buy 0.005 BTC/USDT at 100.25"),
    (step(row(WORKING, eff=3)), "Wants to buy 0.005 BTC/USDT at 100.25, of which 0.003 is let through"),
    (step(row(WAITING, kind=MARKET, price=0)), "Waits to buy 0.005 BTC/USDT at the market price"),
    (
        step(row(ENDED, -1, STOP, price=0, trigger=396)),
        "Does not sell 0.005 BTC/USDT when the price comes to 99 (stop)",
    ),
    (step(row(DONE, symbol=1, price=20_000)), "Has done what it wanted: buy 0.5 ETH/USDT at 200"),
    (step(row(EMPTY, slot=4)), "Drops an order in BTC/USDT that it had wanted"),
    (step(*[row(WORKING)] * 5), "Wants to buy 0.005 BTC/USDT at 100.25; wants to buy"),
    (step(), "Looked at the market, and leaves all as it is"),
    (intent(places=NAME), "Asks the venue to buy 0.005 BTC/USDT at 100.25"),
    (intent(cancels=NAME), "Asks the venue to cancel its order to sell 0.005 BTC/USDT at 100.25"),
    (
        intent(NAME, "other", side=-1, price=404),
        "Asks the venue to sell 0.005 BTC/USDT at 101 in the place of its order to",
    ),
    (intent(NAME, NAME, leaves=3), "Asks the venue to make its order to sell 0.005 BTC/USDT at 100.25 smaller: 0.003"),
    (fill(), "Sold 0.005 BTC/USDT at 100.25 (target), fee 0.00 USDT, which realised 1.50 USDT"),
    (
        fill(side=1, realized=0, final=False, reason=301),
        "Bought 0.005 BTC/USDT at 100.25 (stop loss), fee 0.00 USDT; the rest of its order",
    ),
    (Ended(NAME, 0, 1, Reason.POST_ONLY, 2), "Its order to sell 0.005 BTC/USDT at 100.25 ended after 0.002 of it"),
    (Halted(Reason.STEP_RAISED, "a.py, line 3: x"), "Halted (step raised): a.py, line 3: x"),
    (Away(5, 9, 3), "Was away while 3 candles went by"),
    (Command(Mode.FLATTEN, "anna", "enough"), "It cancels its orders and sells what it holds, by anna: enough"),
    (Command(Mode.RUN, "", ""), "It may trade, by the engine"),
    (
        Command(Mode.RUN, "resume", "", again=True),
        "It may trade, by resume; what ended at the venue is asked for once more",
    ),
    (
        Ended(NAME, 0, 1, Reason.VENUE_CANCELED, 0),
        "Its order to sell 0.005 BTC/USDT at 100.25 ended: somebody else cancelled it at the venue; it stays off",
    ),
    (
        Ended(NAME, 0, 1, Reason.EXPIRED, 0),
        "Its order to sell 0.005 BTC/USDT at 100.25 ended: the venue ended it by itself",
    ),
    (Link(True, ""), "Connected to its account"),
    (Link(False, "no route"), "Not connected to its account, so it asks for nothing: no route"),
    (
        Ruled(1, "0.02", "0.1", "0", "50", "5"),
        "The venue's rules of ETH/USDT changed: price step 0.02, lot 0.1, at most 50",
    ),
    (Known(NAME, "77", 5), "The venue took its order to sell 0.005 BTC/USDT at 100.25: number 77 there"),
    (
        Unsure(NAME, "no answer"),
        "Nobody can say yet what became of its order to sell 0.005 BTC/USDT at 100.25: no answer",
    ),
    (Surfaced(WORKS, "seen"), "An order that was given up works after all: buy 0.3 ETH/USDT at 200 (seen)"),
    (Crossed(0, 400, 401), "The price of BTC/USDT came to 100 to 100.25"),
    (
        Charged(NOW_MS, 0, "funding", "0.0001", -5, 400, 7),
        "Received 0.0018 USDT, funding of 0.005 BTC/USDT held short, at 100 and 0.01 %",
    ),
    (
        Charged(NOW_MS, 1, "borrow", "0.03", -2, 20000, -4),
        "Paid 0.001 USDT, the borrow fee of a day of 0.2 ETH/USDT held short, at 200 and 3 % a year",
    ),
    (
        Charged(NOW_MS, 0, "dividend", "0.24", -5, 400, -7),
        "Paid 0.0018 USDT, a dividend of 0.24 USDT for each of 0.005 BTC/USDT held short",
    ),
    (Split(NOW_MS, 0, 4, 1, 0, 0, 400, 0), "BTC/USDT was split 4:1. Its orders and exits are of the new shares"),
    (
        Split(NOW_MS, 0, 2, 3, 5, 3, 400, 7),
        "BTC/USDT was split 2:3; of 0.005 held became 0.003, and 0.0018 USDT was paid for what was less than a lot. ",
    ),
    (Split(NOW_MS, 0, 2, 3, -5, -3, 400, -7), "BTC/USDT was split 2:3; of -0.005 held became -0.003, and 0.0018 USDT "),
    (
        Renewed("a", "b", "anna", "disk"),
        "The database was put back from a backup; from here on its orders have other names",
    ),
]


@pytest.mark.parametrize(("record", "words"), WORDS)
def test_a_row_is_a_sentence(record, words):
    assert sentence(TERMS, record, {NAME: ORDER}).startswith(words)


def test_every_kind_that_has_a_sentence_is_tried_here():
    assert {type(record) for record, _ in WORDS} == set(SENTENCES)


def test_an_order_that_is_not_known_is_named_by_its_id():
    assert sentence(TERMS, Known(NAME, "7", 5), {}) == f"The venue took its order to ... (order {NAME}): number 7 there"
    assert named_orders(Known(NAME, "7", 5)) == [NAME]
    assert named_orders(intent(cancels=NAME)) == [NAME]
    assert named_orders(intent(places=NAME)) == []


def test_a_kind_without_words_says_so():
    assert "no words for" in sentence(TERMS, None, {})


def test_a_note_has_its_numbers_in_what_they_count():
    money = float(Decimal(12) / TERMS.money), float(Decimal(10) / TERMS.money)
    for note, text in (
        (
            NoteNow(0, 1, Reason.BELOW_MINIMUM, 1.0, 2.0),
            "qty 0.001 BTC, least 0.002 BTC; not sent, ended; more capital or a larger size makes orders larger",
        ),
        (
            NoteNow(0, 1, Reason.BELOW_MINIMUM, *money),
            "notional 12.00 USDT, least 10.00 USDT; not sent, ended; more capital or a larger size makes orders larger",
        ),
        (
            NoteNow(0, 1, Reason.BALANCE, *money),
            "needs 12.00 USDT, cash 10.00 USDT, 2.00 USDT too little; an order at the market price is given up, others "
            "wait until the cash is there; more capital or a smaller size pays for it",
        ),
        (NoteNow(0, 1, Reason.PRICE_COLLAR, 404.0, 400.0), "price 101 USDT, last close 100 USDT; not sent, ended"),
        (
            NoteNow(0, 1, Reason.MAX_ORDERS, 3.0, 2.0),
            "orders today 3, at most 2; an order at the market price is given up",
        ),
        (
            NoteNow(1, -1, Reason.DRAWDOWN, *money),
            "equity 12.00 USDT, floor 10.00 USDT; this limit does not end: nothing",
        ),
        (
            NoteNow(1, -1, Reason.DAILY_LOSS, *money),
            "equity 12.00 USDT, floor of the day 10.00 USDT; nothing is opened until",
        ),
    ):
        assert note_text(TERMS, note).startswith(text)
    told = sentence(TERMS, step(notes=[NoteNow(0, 1, Reason.MAX_ORDERS, 3.0, 2.0)]), {})
    assert told.startswith("Max orders: orders today 3, at most 2")


@pytest.mark.parametrize(
    ("value", "asset", "said"),
    [
        ("-46.8208472324", "USDT", "-46.82 USDT"),
        ("0", "USDT", "0.00 USDT"),
        ("9927.467242191", "EUR", "9927.47 EUR"),
        ("0.0001234", "USDT", "0.00012 USDT"),
        ("0.00234983", "ETH", "0.00234983 ETH"),
        ("-0.0000000012", "BTC", "-0.0000000012 BTC"),
        ("12", "BTC", "12 BTC"),
    ],
)
def test_money_is_written_as_people_write_it(value, asset, said):
    assert money_text(Decimal(value), asset) == said
