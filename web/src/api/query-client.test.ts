import { expect, it } from 'vitest';

import { shared } from './query-client';
import type { Fill } from './types';

const fill = (id: string) => ({ id, bot_id: 'a', symbol: 'BTC/USDT', side: 'buy', time_ms: 5 }) as Fill;

it('takes over what is equal of a page that was read again', () => {
  const old = { items: [fill('a'), fill('b')], total: 2 };
  const now = { items: [fill('a'), { ...fill('b'), time_ms: 6 }], total: 2 };
  const found = shared(old, now) as typeof old;
  expect(found).toEqual(now);
  expect(found.items[0]).toBe(old.items[0]);
  expect(shared(old, structuredClone(old))).toBe(old);
  expect(shared(undefined, now)).toBe(now);
});

it('leaves what stands elsewhere in a page the object it was', () => {
  const [a, b] = [fill('a'), fill('b')];
  const now = { items: [fill('c'), a], total: 3 };
  expect(shared({ items: [a, b], total: 2 }, now)).toBe(now);
});
