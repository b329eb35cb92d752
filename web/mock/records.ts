// Orders and round trips of a bot as the API shows them.
import type { Fill, Order, RoundTrip } from '../src/api/types';

import type { MockBot } from './bot';
import { text } from './numbers';

export interface Rung {
  slot: number;
  buy: number;
  sell: number;
  held: boolean;
  rev: number;
  qty: number;
}

export function orderOf(bot: MockBot, rung: Rung, side: 'buy' | 'sell', kind: string, price: number | null, at: number): Order {
  return {
    client_order_id: `bw${bot.id.slice(0, 6)}s${rung.slot}r${rung.rev}a1`,
    venue_order_id: String(700_000 + bot.orders.size + Number.parseInt(bot.id.slice(0, 2), 16) * 1000),
    bot_id: bot.id,
    bot_name: bot.name,
    symbol: bot.market.of.symbol,
    slot: rung.slot,
    rev: rung.rev,
    attempt: 1,
    side,
    kind,
    qty: text(rung.qty, 5),
    price: price === null ? null : text(price, 4),
    trigger: null,
    tif: 'gtc',
    state: 'new',
    working: true,
    filled_qty: '0',
    protective: false,
    time_ms: at,
    events: null,
  };
}

export function tripOf(bot: MockBot, fill: Fill, profit: number, fee: number, rung: Rung): RoundTrip {
  const net = profit - 2 * fee;
  const entry = Number(fill.price) - profit / rung.qty;
  return {
    bot_id: bot.id,
    bot_name: bot.name,
    symbol: fill.symbol,
    direction: 1,
    entry_ms: bot.opened?.time_ms ?? fill.time_ms,
    exit_ms: fill.time_ms,
    entry_price: text(entry, 4),
    exit_price: fill.price,
    qty: fill.qty,
    profit: text(net, 4),
    profit_fraction: net / (entry * rung.qty),
    fees: text(2 * fee, 6),
    exit_reason: fill.reason,
  };
}
