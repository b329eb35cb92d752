// A bot, its position and its account as the API shows them.
import type { Account, Bot, Position } from '../src/api/types';

import type { MockBot } from './bot';
import { text } from './numbers';
import type { World } from './world';

export function positionOf(bot: MockBot): Position {
  const price = bot.market.price;
  const unrealized = bot.qty * price - bot.cost;
  const least = Math.ceil(5 / price / 0.00001) * 0.00001;
  return {
    bot_id: bot.id,
    bot_name: bot.name,
    environment: bot.account.environment,
    symbol: bot.market.of.symbol,
    qty: text(bot.qty, 5),
    avg_price: bot.holds ? text(bot.cost / bot.qty, 4) : null,
    cost: text(bot.cost, 4),
    price: text(price, 4),
    price_ms: bot.points.at(-1)?.time_ms ?? bot.created_ms,
    value: text(bot.qty * price, 4),
    unrealized: text(bot.holds ? unrealized : 0, 4),
    realized: text(bot.realized - bot.fees, 4),
    fees: text(bot.fees, 6),
    dust: '0',
    least: text(least, 5),
    rest: bot.holds && bot.qty < least,
    put_away: bot.archived_ms !== null,
    time_ms: bot.points.at(-1)?.time_ms ?? bot.created_ms,
  };
}

export function shownOf(bot: MockBot): Bot {
  const equity = bot.ran ? bot.equity() : null;
  const capital = Number(bot.settings.capital);
  const every = Math.max(1, Math.floor(bot.points.length / 59));
  return {
    id: bot.id,
    name: bot.name,
    settings: bot.settings,
    account: { id: bot.account.id, name: bot.account.name, venue: bot.account.venue, environment: bot.account.environment, source: bot.account.source },
    state: bot.state,
    desired_state: bot.state === 'stopped' || bot.state === 'stopping' ? 'stopped' : 'running',
    halt: bot.halt,
    blocked: bot.blocked,
    attention: bot.blocked ? [{ code: bot.blocked.code, message: bot.blocked.message }, ...bot.attention] : bot.attention,
    edition: 1 + bot.editions.findIndex((one) => one.bot_id === bot.id),
    version: bot.version,
    created_ms: bot.created_ms,
    archived_ms: bot.archived_ms,
    quote: 'USDT',
    equity: equity === null ? null : text(equity, 4),
    profit: equity === null ? null : text(equity - capital, 4),
    profit_fraction: equity === null ? null : (equity - capital) / capital,
    today: equity === null ? null : text(equity - bot.dayStart, 4),
    realized: text(bot.realized - bot.fees, 4),
    unrealized: bot.ran ? text(bot.qty * bot.market.price - bot.cost, 4) : null,
    fees: text(bot.fees, 6),
    open_positions: bot.holds ? 1 : 0,
    rests: 0,
    round_trips: bot.trips.length,
    won: bot.trips.filter((trip) => !trip.profit.startsWith('-')).length,
    trip_profit: text(bot.trips.reduce((sum, trip) => sum + Number(trip.profit), 0), 4),
    valued_ms: bot.holds ? bot.position().price_ms : null,
    left_over: bot.holds || bot.trips.length === 0 ? null : '0',
    charged: Number(bot.settings.holding.funding_rate) ? text(bot.paid, 4) : null,
    sparkline: bot.points.filter((_, at) => at % every === 0).slice(-60).map((point) => Number(point.equity)),
  };
}

/** An account with what belongs to it. */
export function accountShape(world: World, account: Account): Account {
  const bots = [...world.bots.values()].filter((bot) => bot.account.id === account.id);
  const paid = bots.filter((bot) => Number(bot.settings.holding.funding_rate)).reduce((sum, bot) => sum + bot.paid, 0);
  return { ...account, bots: bots.length, paper: account.paper && { ...account.paper, charged: paid ? { USDT: text(paid, 4) } : {} } };
}
