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
        """The market asked for: the file's, or the one replayed instead. Raises BadInput where that cannot be."""
        if self.replay is None:
            return self.config.market
        symbols = {symbol for bot in self.config.bots for symbol in bot.symbols}
        if len(symbols) != 1:
            raise BadInput(
                f"--replay names one file, but the bots trade {', '.join(sorted(symbols))}; "
                "give market: replay: {SYMBOL: PATH, ...} in the configuration"
            )
        return MarketConfig(replay={symbols.pop(): str(Path(self.replay).resolve())})
