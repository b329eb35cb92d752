"""The rows of orders, order events, fills and positions as they stand, held against those that a journal leads to.

These tables say nothing that the journal does not say, so each row can be made again and compared. Rows are compared
as people read them (prices and money as decimals), whatever scale a row was written in. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func

from botswain.store import rows, tables
from botswain.store.exact import to_decimal
from botswain.store.scope import Tx, values_of
from botswain.store.steps import StepRows

Values = dict[str, Any]
Key = tuple[Any, ...]

# The columns that tell a bot's rows of a table apart.
KEYS: dict[str, tuple[str, ...]] = {
    "orders": ("client_order_id",),
    "order_events": ("client_order_id", "seq"),
    "fills": ("seq", "part"),
    "positions": ("symbol",),
}
# Journal rows looked at in one query.
WINDOW = 10_000
# What is money in units of 10^-scale: the name shown, its column, and the column of its scale.
_SCALED = (
    ("fee", "fee_units", "fee_scale"),
    ("cash", "cash_units", "money_scale"),
    ("realized", "realized_units", "money_scale"),
    ("qty", "qty_units", "qty_scale"),
    ("dust", "dust_units", "qty_scale"),
    ("cost", "cost_units", "money_scale"),
    ("fees", "fees_units", "money_scale"),
    ("paid", "paid_units", "money_scale"),
)
# What a row does not say that was written before there was such a column.
LATER = ("paid",)
# What is steps of the row's own grid: the name shown, its column, and the column of the step.
_STEPPED = (
    ("qty", "qty_lots", "lot_units"),
    ("price", "price_ticks", "tick_units"),
    ("trigger", "trigger_ticks", "tick_units"),
)


def made_rows(step: StepRows) -> dict[str, list[Values]]:
    """A step's rows of these tables, as columns. Raises what writing them would."""
    found = rows.values_of(step)
    return {name: found[name] for name in KEYS if name in found}


def key_of(name: str, row: Values) -> Key:
    """What tells a row of table `name` apart from the bot's others."""
    return tuple(row[column] for column in KEYS[name])


async def walk(tx: Tx, name: str, bot_id: str) -> AsyncIterator[Values]:
    """A bot's rows of table `name` in the order of the journal rows that made them."""
    table = _table(name)
    columns = tuple(map(str, table.c.keys()))
    newest = await tx.row(tx.select(table, func.max(table.c.seq)).where(table.c.bot_id == bot_id))
    last = 0 if newest is None or newest[0] is None else int(newest[0])
    for after in range(0, last, WINDOW):
        here = (table.c.bot_id == bot_id, table.c.seq > after, table.c.seq <= after + WINDOW)
        for row in await tx.rows(tx.select(table).where(*here).order_by(table.c.seq)):
            yield dict(zip(columns, row, strict=True))
    # Rows that name no journal row at all; none are written so.
    for row in await tx.rows(tx.select(table).where(table.c.bot_id == bot_id, table.c.seq < 1)):
        yield dict(zip(columns, row, strict=True))


async def count(tx: Tx, name: str, bot_id: str) -> int:
    """How many rows of table `name` a bot has."""
    table = _table(name)
    row = await tx.row(tx.select(table, func.count(table.c.seq)).where(table.c.bot_id == bot_id))
    return 0 if row is None else int(row[0])


async def last(tx: Tx, name: str, bot_id: str) -> Values | None:
    """A bot's row of table `name` that the latest journal row made; None where it has none."""
    table = _table(name)
    row = await tx.row(tx.select(table).where(table.c.bot_id == bot_id).order_by(table.c.seq.desc()).limit(1))
    return None if row is None else values_of(row)


def differences(name: str, kept: Values | None, made: Values | None) -> list[str]:
    """How a table's row and the one that the journal leads to differ, a line for each field; empty where not at all.

    One of the two may be None: the row is missing, or should not be there.
    """
    if kept is None or made is None:
        row = kept or made or {}
        where = "is in the table and not in the journal" if made is None else "is in the journal and not in the table"
        return [f"{_label(name, row)} {where}"]
    table, journal = _shown(kept), _shown(made)
    return [
        f"{_label(name, made)}: {field} is {_text(table.get(field))} in the table, {_text(value)} by the journal"
        for field, value in journal.items()
        if table.get(field) != value and not (field in LATER and table.get(field) is None)
    ]


def _table(name: str) -> Table:
    found: Table = getattr(tables, name)
    return found


def _label(name: str, row: Values) -> str:
    if name == "fills":
        return f"fills, trade {row['venue_trade_id']}"
    if name == "positions":
        return f"positions, {row['symbol']}"
    if name == "orders":
        return f"orders, {row['client_order_id']}"
    return f"order events, {row['client_order_id']} at row {row['seq']}"


def _shown(row: Values) -> Values:
    """A row without scales: grid and money as decimals."""
    found = dict(row)
    if "unit_scale" in row:
        scale = row["unit_scale"]
        for name, column, step in _STEPPED:
            if column in row:
                steps = found.pop(column)
                found[name] = None if steps is None else to_decimal(steps * row[step], scale)
        for name, column in (("tick_size", "tick_units"), ("lot_size", "lot_units")):
            found[name] = to_decimal(found.pop(column), scale)
        del found["unit_scale"]
    for name, column, scale_column in _SCALED:
        if column in row:
            units = found.pop(column)
            found[name] = None if units is None else to_decimal(units, row[scale_column])
            found.pop(scale_column, None)
    return found


def _text(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else "nothing" if value is None else str(value)
