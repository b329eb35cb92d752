"""What `botswain trade` was asked for, whether its bots trade on paper or at a venue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from botswain.control.config import MarketConfig, TradeConfig
from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True)
class Session:
    """What one call of `botswain trade` asks for."""

    config: TradeConfig
    folder: Path
    replay: str | None = None
    speed: float = 60.0
    limit: int = 0
    database: str | None = None
    live: bool = True
    crash_at: str | None = None
    title: str = ""
    take_over: bool = False

    def market_config(self) -> MarketConfig:
        """The market asked for: the file's, or the one replayed instead. Raises BadInput where that cannot be.

        What the file says of a market that is replaced must be right too: its own candles have to be there, and where
        it says of nothing else how long they are, so long are those that are replayed.
        """
        market = self.config.market
        if self.replay is None:
            return market
        for symbol, path in market.replay.items():
            if not (self.folder / path).is_file():
                raise BadInput(
                    f"market: replay names {path} for {symbol}, and there is no such file; name one, or leave replay "
                    "out: --replay stands in for it"
                )
        symbols = {symbol for bot in self.config.bots for symbol in bot.symbols}
        if len(symbols) != 1:
            raise BadInput(
                f"--replay names one file, but the bots trade {', '.join(sorted(symbols))}; "
                "give market: replay: {SYMBOL: PATH, ...} in the configuration"
            )
        timeframe = "" if market.seed is not None or market.venue else market.timeframe
        return MarketConfig(timeframe=timeframe, replay={symbols.pop(): str(Path(self.replay).resolve())})
