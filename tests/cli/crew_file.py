"""A configuration of two busy bots on a made-up market, and what a database says of them afterwards."""

import sqlite3

import yaml

MARKET = {"seed": 5, "prices": {"BTC/USDT": 60000, "ETH/USDT": 3000}, "volatility": 3.0}
TREND = {
    "name": "trend",
    "strategy": "sma_crossover",
    "symbols": ["BTC/USDT", "ETH/USDT"],
    "params": {"fast": 3, "slow": 6},
    "sizing": {"kind": "percent", "size": "0.45"},
    "exits": {"stop_loss": "0.01", "trailing_stop": "0.008"},
    "limits": {"max_daily_loss": "0.5"},
}
LADDER = {
    "name": "ladder",
    "strategy": "grid",
    "symbols": ["BTC/USDT"],
    "params": {"step": "0.004", "levels": 10},
    "sizing": {"kind": "percent", "size": "0.9"},
}


def crew_file(folder, market=MARKET, bots=(TREND, LADDER)):
    """Write CONFIG.yaml; returns its path."""
    path = folder / "crew.yaml"
    path.write_text(yaml.safe_dump({"market": market, "bots": list(bots)}))
    return path


FILLS = (
    "SELECT b.name, f.symbol, f.time_ms, f.instant_seq, f.slot, f.side, f.qty_lots, f.price_ticks, f.fee_units,"
    " f.reason, f.venue_trade_id FROM fills f JOIN bots b ON b.id = f.bot_id ORDER BY b.name, f.seq, f.part"
)
POSITIONS = (
    "SELECT b.name, p.symbol, p.qty_units, p.cost_units, p.realized_units, p.fees_units, p.dust_units, p.time_ms"
    " FROM positions p JOIN bots b ON b.id = p.bot_id ORDER BY b.name, p.symbol"
)
ORDERS = (
    "SELECT b.name, o.symbol, o.slot, o.rev, o.attempt, o.side, o.kind, o.qty_lots, o.price_ticks, o.trigger_ticks"
    " FROM orders o JOIN bots b ON b.id = o.bot_id ORDER BY b.name, o.seq"
)
STEPS = (
    "SELECT b.name, j.seq, j.kind, j.time_ms FROM journal j JOIN bots b ON b.id = j.bot_id"
    " WHERE j.seq > 1 ORDER BY b.name, j.seq"
)
CANDLES = "SELECT sequence, time_ms, payload FROM market_events ORDER BY sequence"


def what_happened(home):
    """Everything two installations must have in common, whose ids differ: by table, rows without ids."""
    connection = sqlite3.connect(home / "botswain.db")
    queries = {"fills": FILLS, "positions": POSITIONS, "orders": ORDERS, "journal": STEPS, "candles": CANDLES}
    found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    connection.close()
    return found


def count(home, table):
    """How many rows a table has."""
    connection = sqlite3.connect(home / "botswain.db")
    [(found,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    connection.close()
    return found
