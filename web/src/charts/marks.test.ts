import { expect, it } from 'vitest';

import { arrowsOf, legible } from './marks';

const minute = (ms: number) => (ms < 0 ? null : Math.floor(ms / 60) * 60);

it('draws the pieces of one side in one candle as one arrow and says how many they are', () => {
  const marks = [
    { time_ms: 125, side: 'sell' },
    { time_ms: 1, side: 'buy' },
    { time_ms: 59, side: 'buy' },
    { time_ms: 30, side: 'sell' },
    { time_ms: -5, side: 'buy' },
  ] as const;
  expect(arrowsOf(marks, minute)).toEqual([
    { open_ms: 0, side: 'buy', label: '×2' },
    { open_ms: 0, side: 'sell', label: '' },
    { open_ms: 120, side: 'sell', label: '' },
  ]);
});

it('leaves off labels that would lie over a newer one of their side, and none where candles are far apart', () => {
  const arrows = [
    { open_ms: 0, side: 'buy', label: '×22' },
    { open_ms: 1, side: 'sell', label: '×9' },
    { open_ms: 3, side: 'buy', label: '' },
    { open_ms: 4, side: 'buy', label: '×22' },
    { open_ms: 5, side: 'buy', label: '×23' },
  ] as const;
  const shown = (spacing: number) => legible(arrows, (ms) => ms, spacing).map(({ label }) => label);
  expect(shown(9)).toEqual(['×22', '×9', '', '', '×23']);
  expect(shown(1)).toEqual(['', '×9', '', '', '×23']);
  expect(shown(50)).toEqual(['×22', '×9', '', '×22', '×23']);
});
