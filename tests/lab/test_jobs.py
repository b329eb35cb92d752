"""A backtest as a job: what the request says of candles that form reaches the run, and old requests say nothing."""

from tests.engine.scenes import drawn

from botswain.history.shelf import Shelf
from botswain.lab.jobs import run_job
from botswain.lab.trials.tally import Tally

ASKED = {
    "strategy": "sma_crossover", "dataset_ids": ["history:binance:1m:BTC/USDT"], "symbols": [],
    "parameters": {"fast": 3, "slow": 9}, "capital": "5000", "fee": "0.001", "slippage_bps": "0",
    "sizing": {"kind": "percent", "size": "1"}, "exits": {}, "limits": {}, "start_ms": None, "end_ms": None,
}  # fmt: skip


def test_a_job_decides_between_closes_where_its_request_says_so(tmp_path, kernels):
    Shelf(tmp_path / "candles").put("binance", drawn(4, "BTC/USDT", 600))
    context = {"candles_dir": str(tmp_path / "candles"), "cache_dir": str(kernels), "database": None}
    told = []
    sizing = {"kind": "percent", "size": "1", "compounding": False}
    more = {"timeframe": "5m", "trading_frequency_s": 60, "sizing": sizing}
    found = run_job({"request": ASKED | more, "context": context}, lambda done, what: told.append((done, what)))
    assert found["data"]["timeframe"] == "5m"
    assert found["assumptions"]["decisions"].startswith("on closed candles of 5m, and every 60 s on the one that forms")
    assert found["assumptions"]["sizing"].startswith("percent 1 of the starting capital")
    assert any(one["time_ms"] % 300_000 for one in found["fills"])
    kelly = {"kind": "kelly", "size": "1", "odds": {"win_rate": "0.6", "payoff": "1"}}
    sized = run_job({"request": ASKED | {"sizing": kelly}, "context": context}, lambda _done, _what: None)
    assert sized["assumptions"]["sizing"].startswith("kelly 1, a share of 0.2000: win rate 0.6, payoff 1, cap 0.25")
    moved = {"kind": "volatility", "size": "0.02", "period": 9}
    sized = run_job({"request": ASKED | {"sizing": moved}, "context": context}, lambda _done, _what: None)
    assert sized["assumptions"]["sizing"].startswith(
        "volatility 0.02, moved a day by the range of 9 candles, with a res"
    )
    spread = {"model": "spread", "factor": "0", "period": 0, "most_bps": "0"}
    request = ASKED | {"slippage_bps": "3", "slippage": spread}
    slipped = run_job({"request": request, "context": context}, lambda _done, _what: None)
    assert slipped["assumptions"]["slippage"].startswith("half of a spread of 3 bps")
    old = run_job({"request": ASKED, "context": context}, lambda _done, _what: None)
    assert old["assumptions"]["slippage"] == "none"
    assert old["assumptions"]["decisions"].startswith("on closed candles; ")
    assert told[0] == (0.0, "reading candles")
    assert old["validation"]["luck"]["trials"] == 1
    Tally(tmp_path / "trials").add([old["data"]["hash"]], "a sweep", "sma_crossover", 300)
    context["trials_dir"] = str(tmp_path / "trials")
    luck = run_job({"request": ASKED, "context": context}, lambda _done, _what: None)["validation"]["luck"]
    assert (luck["trials"], luck["trials_from"], luck["searches"]) == (300, "counted", 1)


def test_a_data_set_that_is_not_traded_is_read_where_the_strategy_reads_it(tmp_path, kernels):
    shelf = Shelf(tmp_path / "candles")
    for place, symbol in enumerate(("BTC/USDT", "ETH/USDT")):
        shelf.put("binance", drawn(4 + place, symbol, 300))
    context = {"candles_dir": str(tmp_path / "candles"), "cache_dir": str(kernels), "database": None}
    both = ["history:binance:1m:BTC/USDT", "history:binance:1m:ETH/USDT"]
    params = {"lookback": 3, "enter": 0.003, "filter_symbol": "BTC/USDT", "filter_trend": 5}
    asked = ASKED | {"strategy": "momentum", "parameters": params, "dataset_ids": both, "symbols": ["ETH/USDT"]}
    found = run_job({"request": asked, "context": context}, lambda _done, _what: None)
    assert found["data"]["symbol"] == "ETH/USDT"
    assert found["data"]["symbols"][0]["origin"] == both[1]
    assert [(one["symbol"], one["without"]) for one in found["data"]["reads"]] == [("BTC/USDT", 0)]
    assert found["assumptions"]["reads BTC/USDT"].startswith("300 candles of 1m, hash ")
    traded = run_job({"request": asked | {"symbols": []}, "context": context}, lambda _done, _what: None)
    assert traded["data"]["symbol"] == "BTC/USDT,ETH/USDT"
    assert "reads" not in traded["data"]
