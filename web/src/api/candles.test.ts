import { expect, it } from 'vitest';

import { joined, sameShares } from './candles';
import type { CandleRow, Candles } from './types';

const row = (at: number, close = at): CandleRow => [at, 1, 2, 0, close, 1];
const candles = (rows: CandleRow[], indicators: Candles['indicators'] = {}): Candles => ({ symbol: 'BTC/USDT', timeframe: '1m', rows, indicators, panes: {}, splits: [] });

it('replaces what overlaps and keeps indicators in step with their candles', () => {
  const old = candles([row(1), row(2), row(3)], { fast: [null, 20, 30] });
  const found = joined(old, candles([row(3, 33), row(4)], { fast: [31, 40] }));
  expect(found.rows.map((one) => [one[0], one[4]])).toEqual([[1, 1], [2, 2], [3, 33], [4, 4]]);
  expect(found.indicators.fast).toEqual([null, 20, 31, 40]);
});

it('fills an indicator that only one of them knows with nothing', () => {
  expect(joined(candles([row(1)], { a: [1] }), candles([row(2)], { b: [2] })).indicators).toEqual({ a: [1, null], b: [null, 2] });
});

it('leaves the old where nothing came, or of another market', () => {
  const old = candles([row(1)]);
  expect(joined(old, candles([]))).toBe(old);
  expect(joined(old, { ...candles([row(2)]), symbol: 'ETH/USDT' })).toBe(old);
});

it('tells answers of before a split from those after it, whose candles are restated', () => {
  const splits = [{ time_ms: 2, split: '4:1' }];
  expect(sameShares(candles([row(1)]), { ...candles([row(1)]), splits })).toBe(false);
  expect(sameShares({ ...candles([row(1)]), splits }, { ...candles([row(2)]), splits })).toBe(true);
});
