import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it, vi } from 'vitest';

import { botList, oneBot } from '@/api/bots';
import { marketList } from '@/api/fleet';
import { queryClient } from '@/api/query-client';
import { fillList, orderList, positionList } from '@/api/trading';
import type { Bot, BotStatus, Fill, Market, Order, Position, PriceUpdate } from '@/api/types';

import { applyFills, applyOrders, applyPositions, applyPrices, applyStatuses } from './apply';

let cache: QueryClient;
beforeEach(() => (cache = new QueryClient()));

const page = <Item,>(items: Item[], limit = 2, offset = 0) => ({ items, total: items.length + offset, limit, offset, next: null as string | null });
const fill = (id: string, more: Partial<Fill> = {}) => ({ id, bot_id: 'a', symbol: 'BTC/USDT', side: 'buy', time_ms: 5, ...more }) as Fill;
const order = (client_order_id: string, more: Partial<Order> = {}) => ({ client_order_id, bot_id: 'a', symbol: 'BTC/USDT', time_ms: 5, working: true, state: 'new', ...more }) as Order;

it('puts a fill on top of first pages that ask for it, once', () => {
  const [all, other, later] = [fillList({ limit: 2 }), fillList({ bot_id: 'b', limit: 2 }), fillList({ limit: 2, offset: 2 })];
  for (const options of [all, other]) cache.setQueryData(options.queryKey, page([fill('1'), fill('0')]));
  cache.setQueryData(later.queryKey, page([fill('x')], 2, 2));
  applyFills(cache, [fill('2')]);
  applyFills(cache, [fill('2')]);
  expect(cache.getQueryData(all.queryKey)).toMatchObject({ total: 3, items: [{ id: '2' }, { id: '1' }] });
  expect(cache.getQueryData(other.queryKey)?.items).toHaveLength(2);
  expect(cache.getQueryData(later.queryKey)?.items[0]?.id).toBe('x');
});

it('says where the following page begins as rows are pushed off the first one', () => {
  const [fills, orders] = [fillList({ limit: 2 }), orderList({ limit: 2 })];
  cache.setQueryData(fills.queryKey, page([fill('1')]));
  cache.setQueryData(orders.queryKey, { ...page([order('1'), order('0')]), next: '0' });
  applyFills(cache, [fill('2')]);
  expect(cache.getQueryData(fills.queryKey)?.next).toBeNull();
  applyFills(cache, [fill('3'), fill('4')]);
  applyOrders(cache, [order('2'), order('3')]);
  expect(cache.getQueryData(fills.queryKey)).toMatchObject({ items: [{ id: '4' }, { id: '3' }], next: '3' });
  expect(cache.getQueryData(orders.queryKey)).toMatchObject({ items: [{ client_order_id: '3' }, { client_order_id: '2' }], next: '2' });
});

it('leaves a page further back as it is', () => {
  const [fills, orders] = [fillList({ limit: 2, after: '5' }), orderList({ limit: 2, after: '5' })];
  cache.setQueryData(fills.queryKey, page([fill('4')]));
  cache.setQueryData(orders.queryKey, page([order('4')]));
  applyFills(cache, [fill('6')]);
  applyOrders(cache, [order('6'), order('4', { state: 'filled' })]);
  expect(cache.getQueryData(fills.queryKey)?.items).toHaveLength(1);
  expect(cache.getQueryData(orders.queryKey)?.items).toMatchObject([{ client_order_id: '4', state: 'filled' }]);
});

it('writes a page once for a burst of fills, the last on top, however they came', () => {
  const { queryKey } = fillList({ limit: 3 });
  cache.setQueryData(queryKey, page([fill('0')], 3));
  const written = vi.spyOn(cache, 'setQueryData');
  applyFills(cache, [fill('1'), fill('2'), fill('1'), fill('3')]);
  expect(written).toHaveBeenCalledTimes(1);
  expect(cache.getQueryData(queryKey)).toMatchObject({ total: 4, items: [{ id: '3' }, { id: '2' }, { id: '1' }] });
});

it('leaves every other row of the page the object it was, so that it is not drawn again', () => {
  const { queryKey } = fillList({ limit: 3 });
  queryClient.setQueryData(queryKey, page([fill('a'), fill('b'), fill('c')], 3));
  const before = queryClient.getQueryData(queryKey)!.items;
  applyFills(queryClient, [fill('d')]);
  const after = queryClient.getQueryData(queryKey)!.items;
  expect(after.map((one) => one.id)).toEqual(['d', 'a', 'b']);
  expect(after[1]).toBe(before[0]);
  expect(after[2]).toBe(before[1]);
});

it('takes an order that ended out of the working ones and leaves it among all', () => {
  const [working, all] = [orderList({ working: true }), orderList({})];
  for (const options of [working, all]) cache.setQueryData(options.queryKey, page([order('1')]));
  applyOrders(cache, [order('1', { working: false, state: 'filled' })]);
  expect(cache.getQueryData(working.queryKey)).toMatchObject({ total: 0, items: [] });
  expect(cache.getQueryData(all.queryKey)?.items[0]?.state).toBe('filled');
});

it('takes a closed position out of the open ones', () => {
  const open = positionList({ open: true });
  const held = { bot_id: 'a', symbol: 'BTC/USDT', qty: '0.5', time_ms: 1 } as Position;
  cache.setQueryData(open.queryKey, page([held]));
  applyPositions(cache, [{ ...held, qty: '0.7' }]);
  expect(cache.getQueryData(open.queryKey)?.items[0]?.qty).toBe('0.7');
  applyPositions(cache, [{ ...held, qty: '0.00' }]);
  expect(cache.getQueryData(open.queryKey)?.items).toEqual([]);
});

it('takes what nobody can close for no open position', () => {
  const open = positionList({ open: true });
  const held = { bot_id: 'a', symbol: 'BTC/USDT', qty: '0.00001', time_ms: 1 } as Position;
  cache.setQueryData(open.queryKey, page([] as Position[]));
  applyPositions(cache, [{ ...held, rest: true }, { ...held, bot_id: 'b', put_away: true }]);
  expect(cache.getQueryData(open.queryKey)?.items).toEqual([]);
  applyPositions(cache, [held]);
  applyPositions(cache, [{ ...held, rest: true }]);
  expect(cache.getQueryData(open.queryKey)?.items).toEqual([]);
});

it('brings a bot up to date wherever it is held, and does not invent one that is not', () => {
  const bot = { id: 'a', name: 'x', state: 'running', settings: { capital: '1000' }, profit: '0', profit_fraction: 0 } as Bot;
  const list = botList({});
  cache.setQueryData(list.queryKey, page([bot]));
  cache.setQueryData(oneBot('a').queryKey, bot);
  const blocked = { code: 'daily_loss', message: 'too much', value: '940', limit: '950', since_ms: 1, until_ms: 2 } as const;
  const status = { id: 'a', state: 'halted', profit: '-50', blocked, time_ms: 9 } as unknown as BotStatus;
  applyStatuses(cache, [status]);
  expect(cache.getQueryData(list.queryKey)?.items[0]).toMatchObject({ name: 'x', state: 'halted', profit_fraction: -0.05, blocked: { limit: '950' } });
  expect(cache.getQueryData(oneBot('a').queryKey)).not.toHaveProperty('time_ms');
  applyStatuses(cache, [{ ...status, id: 'unheard' }]);
  expect(cache.getQueryData(oneBot('unheard').queryKey)).toBeUndefined();
});

it('works the day\'s change out anew with each price', () => {
  const place = { venue: 'binance', environment: 'sandbox', symbol: 'BTC/USDT', timeframe: '1m' } as const;
  cache.setQueryData(marketList.queryKey, page([{ ...place, price: '110', change: 0.1 }, { ...place, symbol: 'ETH/USDT', price: '5', change: null }] as Market[]));
  applyPrices(cache, [{ ...place, price: '120', time_ms: 1 } as PriceUpdate]);
  applyPrices(cache, [{ ...place, symbol: 'ETH/USDT', price: '6', time_ms: 1 } as PriceUpdate]);
  const [btc, eth] = cache.getQueryData(marketList.queryKey)!.items;
  expect(btc?.change).toBeCloseTo(0.2, 12);
  expect(eth).toMatchObject({ price: '6', change: null });
});

it('brings only the market of the same source up to date', () => {
  const cache = new QueryClient();
  const one = { venue: 'binance', environment: 'paper', symbol: 'BTC/USDT', timeframe: '1m', change: null };
  cache.setQueryData(marketList.queryKey, page([{ ...one, source: 'sandbox', price: '1' }, { ...one, source: 'live', price: '2' }] as Market[]));
  applyPrices(cache, [{ ...one, source: 'live', price: '3', time_ms: 1 } as unknown as PriceUpdate]);
  expect(cache.getQueryData(marketList.queryKey)?.items.map((market) => market.price)).toEqual(['1', '3']);
});
