"""Markets of the built-in exchange that are files of candles or of trades.

Apart from its command, for a made-up market needs nothing of what reads files.
"""

from __future__ import annotations

from botswain.cli.sandbox_run import Asked, number
from botswain.history.files import read_candles
from botswain.history.grid import default_instrument
from botswain.history.instruments import read_instrument
from botswain.history.names import UNNAMED, symbol_named
from botswain.model.errors import BadInput
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.markets import Market
from botswain.sandbox.trade_market import TradeMarket, read_trades


def market_of(asked: Asked) -> Market:
    """The market that the files make. Raises BadInput."""
    rules = {one.symbol: one for one in (read_instrument(path) for path in asked.instrument)}
    names = [*asked.symbol, *[""] * len((*asked.candles, *asked.trades))]
    fee = number("fee", asked.fee)
    if asked.candles:
        runs = [read_candles(path, name or None) for path, name in zip(asked.candles, names, strict=False)]
        found = {one.symbol: one for one in runs}
        if len(found) < len(runs):
            raise BadInput("two files have the same symbol; name them with --symbol, once for each file")
        return CandleMarket(found, {one.symbol: rules.get(one.symbol) or default_instrument(one, fee) for one in runs})
    paths = zip(asked.trades, names, strict=False)
    return TradeMarket([read_trades(path, name or symbol_named(path) or UNNAMED) for path, name in paths], rules, fee)
