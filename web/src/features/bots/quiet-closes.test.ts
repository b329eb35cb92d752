import { expect, it } from 'vitest';

import type { Candles } from '@/api/types';

import { crossing, quietCloses } from './quiet-closes';

const MINUTE = 60_000;
const candles = {
  symbol: 'BTC/USDT',
  timeframe: '1m',
  rows: [0, 1, 2, 3].map((at) => [at * MINUTE, 1, 1, 1, 100 + at, 5]),
  indicators: { fast: [null, 2, 5, 3], slow: [null, 2, 4, 4] },
  panes: {},
} as unknown as Candles;

it('has each close since something changed, the newest first, with what was seen at it', () => {
  const found = quietCloses(candles, 2 * MINUTE, MINUTE);
  expect(found.map(({ time_ms, close }) => [time_ms / MINUTE, close])).toEqual([
    [4, 103],
    [3, 102],
  ]);
  expect(found[0]!.values).toEqual([
    ['fast', 3],
    ['slow', 4],
  ]);
  expect(quietCloses(candles, 4 * MINUTE, MINUTE)).toEqual([]);
});

it('says on which side of the other a line is, where there are two that are compared', () => {
  expect(quietCloses(candles, 0, MINUTE).map(crossing)).toEqual(['below', 'above', null, null]);
});
