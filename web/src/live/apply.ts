// What an event changes in the cache: pages that are held are brought up to date in place, the rest is left alone.
import type { QueryClient } from '@tanstack/react-query';

import { keys } from '@/api/keys';
import type { Backtest, Bot, BotStatus, Fill, JobProgress, Market, Order, Position, PriceUpdate } from '@/api/types';

interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
  /** of lists that are leafed through by places: the last row of the page, where another page follows */
  next?: string | null;
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
  after?: string;
}

type Change<Item, Told> = (page: Page<Item>, told: Told, asked: AskedOfList) => Page<Item>;

/** Every held page under `key`, with what was asked for it: changed by all that was told, and written once. */
function eachPage<Item, Told>(cache: QueryClient, key: readonly string[], told: readonly Told[], change: Change<Item, Told>): void {
  for (const query of cache.getQueryCache().findAll({ queryKey: key })) {
    const page = query.state.data as Page<Item> | undefined;
    if (!page || !Array.isArray(page.items)) continue;
    const asked = (query.queryKey.at(-1) ?? {}) as AskedOfList;
    const changed = told.reduce((so, one) => change(so, one, asked), page);
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

const begins = (page: Page<unknown>, asked: AskedOfList) => page.offset === 0 && !asked.after;

/** One more on top. What it pushes off the page is the first of the following one: `place` is that of the last row now. */
function prepended<Item>(page: Page<Item>, item: Item, place?: (item: Item) => string): Page<Item> {
  const items = [item, ...page.items].slice(0, page.limit);
  const next = place && page.items.length >= page.limit ? { next: place(items.at(-1)!) } : {};
  return { ...page, items, total: page.total + 1, ...next };
}

function without<Item>(page: Page<Item>, at: number): Page<Item> {
  return { ...page, items: page.items.toSpliced(at, 1), total: Math.max(0, page.total - 1) };
}

export function applyFills(cache: QueryClient, fills: readonly Fill[]): void {
  eachPage<Fill, Fill>(cache, keys.fills, fills, (page, fill, asked) => {
    if (!begins(page, asked) || !concerns(asked, fill) || page.items.some((one) => one.id === fill.id)) return page;
    return prepended(page, fill, (one) => one.id);
  });
}

export function applyOrders(cache: QueryClient, orders: readonly Order[]): void {
  eachPage<Order, Order>(cache, keys.orders, orders, (page, order, asked) => {
    const at = page.items.findIndex((one) => one.client_order_id === order.client_order_id);
    const wanted =
      concerns(asked, order) && (asked.working == null || asked.working === order.working) && (!asked.state || asked.state === order.state);
    if (at >= 0) return wanted ? replaced(page, at, order) : without(page, at);
    return wanted && begins(page, asked) ? prepended(page, order, (one) => one.client_order_id) : page;
  });
  for (const { client_order_id } of orders) {
    const one = [...keys.orders, 'one', client_order_id];
    if (cache.getQueryState(one)) void cache.invalidateQueries({ queryKey: one });
  }
}

export function applyPositions(cache: QueryClient, positions: readonly Position[]): void {
  eachPage<Position, Position>(cache, keys.positions, positions, (page, position, asked) => {
    const open = /[1-9]/.test(position.qty) && !position.rest && !position.put_away;
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

export function applyStatuses(cache: QueryClient, statuses: readonly BotStatus[]): void {
  for (const status of statuses) cache.setQueryData<Bot>(keys.bot(status.id), (bot) => bot && withStatus(bot, status));
  const known = new Set<string>();
  eachPage<Bot, BotStatus>(cache, keys.botList, statuses, (page, status, asked) => {
    const at = page.items.findIndex((one) => one.id === status.id);
    if (at < 0) return page;
    known.add(status.id);
    const bot = page.items[at] as Bot;
    if (asked.state && asked.state !== status.state) return without(page, at);
    return replaced(page, at, withStatus(bot, status));
  });
  if (statuses.some((one) => !known.has(one.id))) void cache.invalidateQueries({ queryKey: keys.botList });
}

const sameMarket = (a: Market | PriceUpdate, b: Market | PriceUpdate) =>
  a.venue === b.venue && a.environment === b.environment && a.source === b.source && a.symbol === b.symbol && a.timeframe === b.timeframe;

/** A change that was worked out at one price, at another one: what it began with is the same. */
function changeAt(market: Market, price: string): number | null {
  if (market.change === null || market.price === null || !Number(market.price)) return market.change;
  return ((1 + market.change) * Number(price)) / Number(market.price) - 1;
}

export function applyPrices(cache: QueryClient, prices: readonly PriceUpdate[]): void {
  for (const told of prices) holdPrice(cache, told);
  eachPage<Market, PriceUpdate>(cache, keys.markets, prices, (page, told) => {
    const at = page.items.findIndex((one) => sameMarket(one, told));
    const market = page.items[at];
    return market ? replaced(page, at, { ...market, price: told.price, change: changeAt(market, told.price), time_ms: told.time_ms, age_ms: 0 }) : page;
  });
}

function holdPrice(cache: QueryClient, told: PriceUpdate): void {
  // An engine of an older version does not say whose prices a paper account's are: they are shown wherever they may be.
  if (told.environment === 'paper' && !told.source) cache.setQueriesData({ queryKey: keys.price(told.venue, told.environment, '', told.symbol, told.timeframe).slice(0, -1) }, told);
  cache.setQueryData(keys.price(told.venue, told.environment, told.source, told.symbol, told.timeframe), told);
}

export function applyMarkets(cache: QueryClient, markets: readonly Market[]): void {
  eachPage<Market, Market>(cache, keys.markets, markets, (page, told) => {
    const at = page.items.findIndex((one) => sameMarket(one, told));
    return at >= 0 ? replaced(page, at, told) : prepended(page, told);
  });
}

export function applyProgress(cache: QueryClient, told: JobProgress): void {
  const { progress, state, message } = told;
  cache.setQueryData<Backtest>(keys.backtest(told.id), (old) => old && { ...old, progress, state, message });
  eachPage<Backtest, JobProgress>(cache, [...keys.backtests, 'list'], [told], (page) => {
    const at = page.items.findIndex((one) => one.id === told.id);
    const old = page.items[at];
    return old ? replaced(page, at, { ...old, progress, state, message }) : page;
  });
  // Its figures and its end come with the job itself.
  if (state !== 'running' && state !== 'waiting') void cache.invalidateQueries({ queryKey: keys.backtests });
}
