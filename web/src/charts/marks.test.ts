import { expect, it } from 'vitest';

import { arrowsOf } from './marks';

const minute = (ms: number) => (ms < 0 ? null : Math.floor(ms / 60) * 60);

it('draws the pieces of one side in one candle as one arrow and says how many they are', () => {
  const marks = [
    { time_ms: 125, side: 'sell', label: '3' },
    { time_ms: 1, side: 'buy', label: '2' },
    { time_ms: 59, side: 'buy', label: '2' },
    { time_ms: 30, side: 'sell' },
    { time_ms: -5, side: 'buy', label: '1' },
  ] as const;
  expect(arrowsOf(marks, minute)).toEqual([
    { open_ms: 0, side: 'buy', label: '2 ×2' },
    { open_ms: 0, side: 'sell', label: '' },
    { open_ms: 120, side: 'sell', label: '3' },
  ]);
});
