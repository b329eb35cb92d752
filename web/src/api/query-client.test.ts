import { expect, it } from 'vitest';

import { applyFill } from '@/live/apply';

import { queryClient, shared } from './query-client';
import { fillList } from './trading';
import type { Fill } from './types';

const fill = (id: string) => ({ id, bot_id: 'a', symbol: 'BTC/USDT', side: 'buy', time_ms: 5 }) as Fill;

it('leaves every row of a page that an event changed the object it was', () => {
  const { queryKey } = fillList({ limit: 3 });
  const [a, b, c] = [fill('a'), fill('b'), fill('c')];
  queryClient.setQueryData(queryKey, { items: [a, b, c], total: 3, limit: 3, offset: 0 });
  const before = queryClient.getQueryData(queryKey)!.items;
  applyFill(queryClient, fill('d'));
  const after = queryClient.getQueryData(queryKey)!.items;
  expect(after.map((one) => one.id)).toEqual(['d', 'a', 'b']);
  expect(after[1]).toBe(before[0]);
  expect(after[2]).toBe(before[1]);
});

it('takes over what is equal of a page that was read again', () => {
  const old = { items: [fill('a'), fill('b')], total: 2 };
  const now = { items: [fill('a'), { ...fill('b'), time_ms: 6 }], total: 2 };
  const found = shared(old, now) as typeof old;
  expect(found).toEqual(now);
  expect(found.items[0]).toBe(old.items[0]);
  expect(shared(old, structuredClone(old))).toBe(old);
  expect(shared(undefined, now)).toBe(now);
});
