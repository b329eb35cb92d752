"""The same scene on a paper account: the exchange is heard and never asked for an order.

The account's books are read from its tables in plain SQL, in the words that the exchange's own are read in, so that
all that is held against an exchange is held against them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import yaml
from tests.scenarios.live_scene import LADDER, START, TREND, Scene
from tests.scenarios.venue_process import Venue

OF = " FROM {} p JOIN accounts a ON a.id = p.account_id WHERE a.name = ? ORDER BY p.number"


@dataclass
class PaperBooks:
    """A paper account in a database, shown as an exchange shows an account."""

    market: Venue
    home: Path

    @property
    def port(self) -> int:
        """Where its prices come from."""
        return self.market.port

    def open_account(self, name: str, **_balances: str) -> None:
        """The engine opens it by its configuration."""

    def step(self, candles: int = 1) -> int:
        """Move the market on."""
        return self.market.step(candles)

    def rows(self, table: str, account: str) -> list[dict[str, object]]:
        """The bodies of a table's rows."""
        with closing(sqlite3.connect(f"file:{self.home / 'botswain.db'}?mode=ro", uri=True)) as base:
            found = base.execute("SELECT p.body" + OF.format(table), (account,)).fetchall()
        return [msgspec.msgpack.decode(body) for (body,) in found]

    def orders(self, account: str, market_id: str) -> list[dict[str, object]]:
        """Orders of a symbol in every state."""
        return [
            {
                "clientOrderId": one["name"],
                "orderId": one["number"],
                "status": str(one["state"]).upper(),
                "side": "BUY" if one["side"] > 0 else "SELL",
                "origQty": one["qty"] * Decimal(one["lot"]),
                "executedQty": one["filled"] * Decimal(one["lot"]),
                "price": one["price"] * Decimal(one["tick"]),
                "stopPrice": one["trigger"] * Decimal(one["tick"]),
            }
            for one in self.rows("paper_orders", account)
            if one["market_id"] == market_id
        ]

    def trades(self, account: str, market_id: str) -> list[dict[str, object]]:
        """Fills of a symbol."""
        return [
            {
                "id": one["number"],
                "orderId": one["order_number"],
                "isBuyer": one["side"] > 0,
                "qty": one["qty"],
                "price": one["price"],
                "commission": one["fee"],
                "commissionAsset": one["fee_asset"],
                "isMaker": one["maker"],
            }
            for one in self.rows("paper_trades", account)
            if one["market_id"] == market_id
        ]

    def standing(self, account: str) -> dict[str, object]:
        """What it holds, how many fills there are, and which orders work."""
        with closing(sqlite3.connect(f"file:{self.home / 'botswain.db'}?mode=ro", uri=True)) as base:
            [(state,)] = base.execute(
                "SELECT p.state FROM paper_books p JOIN accounts a ON a.id = p.account_id WHERE a.name = ?", (account,)
            ).fetchall()
        working = [one for one in self.rows("paper_orders", account) if one["state"] in ("new", "partially_filled")]
        return {
            "free": msgspec.json.decode(state)["balances"],
            "locked": {},
            "fills": len(self.rows("paper_trades", account)),
            "open": [one["name"] for one in working],
        }


class PaperScene(Scene):
    """One paper account, one database, and the engine on them."""

    def __init__(self, home: Path, market: Venue, name: str) -> None:
        super().__init__(home, PaperBooks(market, home), name)
        paper = {"prices": "sandbox", "port": market.port, "balances": {"USDT": str(START["USDT"])}}
        where = {"venue": "binance", "environment": "paper", "account": name, "paper": paper}
        self.config.write_text(yaml.safe_dump({"market": where, "bots": [LADDER, TREND]}))
