import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { keys } from '@/api/keys';
import { queryClient } from '@/api/query-client';
import type { BotStatus, Fill, PriceUpdate } from '@/api/types';

import { take } from './events';

const price = (closed: boolean): PriceUpdate => ({ venue: 'binance', environment: 'sandbox', source: '', symbol: 'BTC/USDT', timeframe: '1m', price: '100', time_ms: 1, candle: [0, 1, 1, 1, 1, 1], closed });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function asked(): ReturnType<typeof vi.spyOn> {
  return vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue();
}

it('asks again for what bots are worth once a candle has closed, and not for every price', () => {
  const again = asked();
  take('price_update', price(false));
  vi.runAllTimers();
  expect(again).not.toHaveBeenCalled();
  take('price_update', price(true));
  take('price_update', price(true));
  vi.runAllTimers();
  for (const queryKey of [keys.bots, keys.summary, keys.equity, keys.positions]) expect(again.mock.calls.filter(([one]: [{ queryKey: unknown }]) => one.queryKey === queryKey)).toHaveLength(1);
});

it('asks again for a bot whose state turned: what needs attention is not in the event', () => {
  const again = asked();
  take('bot_status_changed', { id: 'a', state: 'running' } as BotStatus);
  vi.runAllTimers();
  expect(again).toHaveBeenCalledWith({ queryKey: keys.bot('a') });
});

it('applies the first event after a quiet moment nearly at once, and what keeps coming a few times a second', () => {
  vi.advanceTimersByTime(1_000);
  const seen = () => queryClient.getQueryData<PriceUpdate>(keys.price('binance', 'sandbox', '', 'BTC/USDT', '1m'))?.time_ms;
  const told = (time_ms: number) => take('price_update', { ...price(false), time_ms });
  told(10);
  told(11);
  vi.advanceTimersByTime(5);
  expect(seen()).toBe(11);
  told(12);
  vi.advanceTimersByTime(30);
  told(13);
  expect(seen()).toBe(11);
  vi.advanceTimersByTime(10);
  expect(seen()).toBe(13);
});

it('takes what was told at once in one go, and asks again once for each that it concerns', () => {
  const again = asked();
  take('trade_executed', { id: '1', bot_id: 'a' } as Fill, { id: '2', bot_id: 'a' } as Fill, { id: '3', bot_id: 'b' } as Fill);
  vi.runAllTimers();
  for (const bot of ['a', 'b']) expect(again.mock.calls.filter(([one]: [{ queryKey: unknown[] }]) => one.queryKey.join('/') === keys.decisions(bot).join('/'))).toHaveLength(1);
});

it('keeps the prices of two sources apart, and shows those of an engine that does not say whose they are everywhere', () => {
  asked();
  const paper = (source: string, at: string) => ({ ...price(false), environment: 'paper' as const, source, price: at });
  const held = (source: string) => queryClient.getQueryData<PriceUpdate>(keys.price('binance', 'paper', source, 'BTC/USDT', '1m'))?.price;
  take('price_update', paper('sandbox', '100'));
  take('price_update', paper('live', '64000'));
  vi.runAllTimers();
  expect([held('sandbox'), held('live')]).toEqual(['100', '64000']);
  take('price_update', paper('', '7'));
  vi.runAllTimers();
  expect([held('sandbox'), held('live')]).toEqual(['7', '7']);
});
