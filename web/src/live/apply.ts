// What an event changes in the cache: pages that are held are brought up to date in place, the rest is left alone.
import type { QueryClient } from '@tanstack/react-query';

import { keys } from '@/api/keys';
import type { Backtest, Bot, BotStatus, Fill, JobProgress, Market, Order, Position, PriceUpdate } from '@/api/types';

interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
}

interface AskedOfList {
  bot_id?: string;
  symbol?: string;
  side?: string;
  state?: string;
  working?: boolean;
  open?: boolean;
  from_ms?: number;
  to_ms?: number;
  offset?: number;
}

/** Every held page under `key`, with what was asked for it. */
function eachPage<Item>(cache: QueryClient, key: readonly string[], change: (page: Page<Item>, asked: AskedOfList) => Page<Item>): void {
  for (const query of cache.getQueryCache().findAll({ queryKey: key })) {
    const page = query.state.data as Page<Item> | undefined;
    if (!page || !Array.isArray(page.items)) continue;
    const changed = change(page, (query.queryKey.at(-1) ?? {}) as AskedOfList);
    // The moment of the page's own reading stays: what is old is still asked for again when it is due.
    if (changed !== page) cache.setQueryData(query.queryKey, changed, { updatedAt: query.state.dataUpdatedAt });
  }
}

function concerns(asked: AskedOfList, one: { bot_id: string; symbol: string; time_ms: number; side?: string }): boolean {
  return (
    (!asked.bot_id || asked.bot_id === one.bot_id) &&
    (!asked.symbol || asked.symbol === one.symbol) &&
    (!asked.side || asked.side === one.side) &&
    (asked.from_ms == null || one.time_ms >= asked.from_ms) &&
    (asked.to_ms == null || one.time_ms < asked.to_ms)
  );
}

function replaced<Item>(page: Page<Item>, at: number, item: Item): Page<Item> {
  return { ...page, items: page.items.with(at, item) };
}

function prepended<Item>(page: Page<Item>, item: Item): Page<Item> {
  return { ...page, items: [item, ...page.items].slice(0, page.limit), total: page.total + 1 };
}

function without<Item>(page: Page<Item>, at: number): Page<Item> {
  return { ...page, items: page.items.toSpliced(at, 1), total: Math.max(0, page.total - 1) };
}

export function applyFill(cache: QueryClient, fill: Fill): void {
  eachPage<Fill>(cache, keys.fills, (page, asked) => {
    if (page.offset > 0 || !concerns(asked, fill) || page.items.some((one) => one.id === fill.id)) return page;
    return prepended(page, fill);
  });
}

export function applyOrder(cache: QueryClient, order: Order): void {
  eachPage<Order>(cache, keys.orders, (page, asked) => {
    const at = page.items.findIndex((one) => one.client_order_id === order.client_order_id);
    const wanted =
      concerns(asked, order) && (asked.working == null || asked.working === order.working) && (!asked.state || asked.state === order.state);
    if (at >= 0) return wanted ? replaced(page, at, order) : without(page, at);
    return wanted && page.offset === 0 ? prepended(page, order) : page;
  });
  const one = [...keys.orders, 'one', order.client_order_id];
  if (cache.getQueryState(one)) void cache.invalidateQueries({ queryKey: one });
}

export function applyPosition(cache: QueryClient, position: Position): void {
  const open = /[1-9]/.test(position.qty);
  eachPage<Position>(cache, keys.positions, (page, asked) => {
    const at = page.items.findIndex((one) => one.bot_id === position.bot_id && one.symbol === position.symbol);
    const wanted = concerns(asked, position) && (asked.open == null || asked.open === open);
    if (at >= 0) return wanted ? replaced(page, at, position) : without(page, at);
    return wanted && page.offset === 0 ? prepended(page, position) : page;
  });
}

function withStatus(bot: Bot, status: BotStatus): Bot {
  const { time_ms: _time, ...changed } = status;
  const capital = Number(bot.settings.capital);
  const fraction = status.profit == null || !capital ? bot.profit_fraction : Number(status.profit) / capital;
  return { ...bot, ...changed, profit_fraction: fraction };
}

export function applyStatus(cache: QueryClient, status: BotStatus): void {
  cache.setQueryData<Bot>(keys.bot(status.id), (bot) => bot && withStatus(bot, status));
  let known = false;
  eachPage<Bot>(cache, keys.botList, (page, asked) => {
    const at = page.items.findIndex((one) => one.id === status.id);
    if (at < 0) return page;
    known = true;
    const bot = page.items[at] as Bot;
    if (asked.state && asked.state !== status.state) return without(page, at);
    return replaced(page, at, withStatus(bot, status));
  });
  if (!known) void cache.invalidateQueries({ queryKey: keys.botList });
}

const sameMarket = (a: Market | PriceUpdate, b: Market | PriceUpdate) =>
  a.venue === b.venue && a.environment === b.environment && a.source === b.source && a.symbol === b.symbol && a.timeframe === b.timeframe;

/** A change that was worked out at one price, at another one: what it began with is the same. */
function changeAt(market: Market, price: string): number | null {
  if (market.change === null || market.price === null || !Number(market.price)) return market.change;
  return ((1 + market.change) * Number(price)) / Number(market.price) - 1;
}

export function applyPrice(cache: QueryClient, told: PriceUpdate): void {
  // An engine of an older version does not say whose prices a paper account's are: they are shown wherever they may be.
  if (told.environment === 'paper' && !told.source) cache.setQueriesData({ queryKey: keys.price(told.venue, told.environment, '', told.symbol, told.timeframe).slice(0, -1) }, told);
  cache.setQueryData(keys.price(told.venue, told.environment, told.source, told.symbol, told.timeframe), told);
  eachPage<Market>(cache, keys.markets, (page) => {
    const at = page.items.findIndex((one) => sameMarket(one, told));
    const market = page.items[at];
    return market ? replaced(page, at, { ...market, price: told.price, change: changeAt(market, told.price), time_ms: told.time_ms, age_ms: 0 }) : page;
  });
}

export function applyMarket(cache: QueryClient, told: Market): void {
  eachPage<Market>(cache, keys.markets, (page) => {
    const at = page.items.findIndex((one) => sameMarket(one, told));
    return at >= 0 ? replaced(page, at, told) : prepended(page, told);
  });
}

export function applyProgress(cache: QueryClient, told: JobProgress): void {
  const { progress, state, message } = told;
  cache.setQueryData<Backtest>(keys.backtest(told.id), (old) => old && { ...old, progress, state, message });
  eachPage<Backtest>(cache, [...keys.backtests, 'list'], (page) => {
    const at = page.items.findIndex((one) => one.id === told.id);
    const old = page.items[at];
    return old ? replaced(page, at, { ...old, progress, state, message }) : page;
  });
  // Its figures and its end come with the job itself.
  if (state !== 'running' && state !== 'waiting') void cache.invalidateQueries({ queryKey: keys.backtests });
}
