"""What a backtest is told beside candles, over HTTP: files by name and a rate, checked before it waits."""

import pytest
from tests.api.desk import desk_on
from tests.engine.scenes import drawn
from tests.store import made

from botswain.history.shelf import Shelf

BTC, ETH = "history:binance:1m:BTC/USDT", "history:binance:1m:ETH/USDT"
ASKED = {"strategy": "sma_crossover", "dataset_ids": [BTC], "parameters": {"fast": 3, "slow": 9}}
FILES = {
    "funding/BTC-USDT.csv": "ts,rate\n",
    "funding/ETH-USDT.csv": "ts,rate\n",
    "borrow/rates.csv": "ts,rate\n",
    "actions/BTC-USDT.csv": "date,split\n",
    "trades/BTC-USDT.csv": "ts,price,quantity\n",
    "depth/BTC-USDT.csv": "ts\n",
    "quotes/ETH-USDT.csv": "ts\n",
}
TAPE = {"trades": "trades/BTC-USDT.csv"}


@pytest.fixture(params=["sqlite"])
def kind(request):
    return request.param


@pytest.fixture
async def desk(store, tmp_path):
    """A desk with two data sets and a file of facts of each kind."""
    for symbol in ("BTC/USDT", "ETH/USDT"):
        Shelf(tmp_path / "candles").put("binance", drawn(4, symbol, 60))
    for name, text in FILES.items():
        path = tmp_path / "facts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    async with desk_on(store.database, await made.tenant(store), tmp_path) as found:
        yield found


async def test_files_are_listed_by_name_and_never_by_place(desk, tmp_path):
    found = await desk.get("/fact-files", limit=2)
    assert (found["total"], [one["id"] for one in found["items"]]) == (
        7,
        ["funding/BTC-USDT.csv", "funding/ETH-USDT.csv"],
    )
    assert found["items"][0] == {"id": "funding/BTC-USDT.csv", "kind": "funding", "symbol": "BTC/USDT", "bytes": 8}
    assert str(tmp_path) not in str(await desk.get("/fact-files"))


@pytest.mark.parametrize(
    "more",
    [
        {"holding": {"funding": ["funding/BTC-USDT.csv"], "actions": ["actions/BTC-USDT.csv"]}},
        {"shortable": True, "holding": {"borrow_rate": "0.03"}},
        {"shortable": True, "holding": {"borrow": ["borrow/rates.csv"]}},
        {"dataset_ids": [], "tape": {**TAPE, "latency_ms": 20, "participation": "0.1"}},
        {"dataset_ids": [], "tape": {**TAPE, "book": "depth/BTC-USDT.csv"}, "timeframe": "tick"},
        {"dataset_ids": [], "tape": {**TAPE, "meets": "last"}, "symbols": ["BTC/USDT"], "timeframe": "5m"},
        {"dataset_ids": [BTC, ETH], "holding": {"funding": ["funding/BTC-USDT.csv", "funding/ETH-USDT.csv"]}},
    ],
)
async def test_what_can_be_run_waits_and_is_shown_as_it_was_asked(desk, more):
    job = await desk.ask("POST", "/backtests", 202, json={**ASKED, **more})
    for name, value in more.items():
        shown = job["request"][name]
        assert (shown | value if isinstance(value, dict) else value) == shown


@pytest.mark.parametrize(
    ("more", "words", "field"),
    [
        ({"dataset_ids": []}, "nothing to run on", "/dataset_ids"),
        ({"holding": {"funding": ["funding/BTC-USDC.csv"]}}, "did you mean", "/holding/funding/0"),
        ({"holding": {"funding": ["../../etc/passwd"]}}, "no file of funding named", "/holding/funding/0"),
        ({"holding": {"funding": ["trades/BTC-USDT.csv"]}}, "no file of funding named", "/holding/funding/0"),
        ({"holding": {"funding": ["funding/ETH-USDT.csv"]}}, "is of ETH/USDT by its name", "/holding/funding/0"),
        ({"holding": {"funding": ["funding/BTC-USDT.csv"] * 2}}, "named twice", "/holding/funding/1"),
        ({"holding": {"borrow_rate": "0.03"}}, "nothing may be: set shortable", "/holding/borrow_rate"),
        ({"holding": {"borrow": ["borrow/rates.csv"]}}, "set shortable", "/holding/borrow"),
        ({"shortable": True, "holding": {"borrow_rate": "-1"}}, "from 0 to 100", "/holding/borrow_rate"),
        (
            {"shortable": True, "holding": {"borrow_rate": "0.1", "borrow": ["borrow/rates.csv"]}},
            "give one of both",
            "/holding/borrow_rate",
        ),
        (
            {"timeframe": "5m", "trading_frequency_s": 60, "holding": {"actions": ["actions/BTC-USDT.csv"]}},
            "trading_frequency_s is 60",
            "/holding/actions",
        ),
        ({"tape": TAPE}, "data sets are named beside a tape", "/tape"),
        ({"dataset_ids": [], "tape": {"trades": "trades/a.csv"}}, "no file of trades named", "/tape/trades"),
        ({"dataset_ids": [], "tape": TAPE, "symbols": ["ETH/USDT"]}, "is of BTC/USDT by its name", "/tape/trades"),
        ({"dataset_ids": [], "tape": TAPE, "symbols": ["BTC/USDT", "ETH/USDT"]}, "of one symbol", "/symbols/1"),
        ({"dataset_ids": [], "tape": {**TAPE, "book": "quotes/ETH-USDT.csv"}}, "is of ETH/USDT", "/tape/book"),
        ({"dataset_ids": [], "tape": {**TAPE, "participation": "2"}}, "participation is 2", "/tape/participation"),
        (
            {"dataset_ids": [], "tape": {**TAPE, "meets": "last", "book": "depth/BTC-USDT.csv"}},
            "meets is 'last' beside a recorded book",
            "/tape/meets",
        ),
        ({"dataset_ids": [], "tape": TAPE, "timeframe": "second"}, "'second' is not understood", "/timeframe"),
        (
            {"dataset_ids": [], "tape": TAPE, "holding": {"funding": ["funding/BTC-USDT.csv"]}},
            "a run on trades knows not",
            "/holding/funding/0",
        ),
        (
            {"dataset_ids": [], "tape": TAPE, "shortable": True, "holding": {"borrow_rate": "0.1"}},
            "a run on trades knows not",
            "/holding/borrow_rate",
        ),
        (
            {
                "dataset_ids": [],
                "tape": TAPE,
                "strategy": "momentum",
                "parameters": {"filter_symbol": "ETH/USDT"},
            },
            "a run on trades has one symbol",
            "/parameters/filter_symbol",
        ),
    ],
)
async def test_what_cannot_be_run_is_refused_at_its_field(desk, more, words, field):
    refused = await desk.ask("POST", "/backtests", 422, json={**ASKED, **more})
    assert (words in refused["detail"], refused["field"]) == (True, field), refused
    assert (await desk.get("/backtests"))["total"] == 0
