import { expect, it } from 'vitest';

import { binsOf, depthsOf } from './curves';

it('measures the depth from the highest so far, the start included', () => {
  const curve = [90, 120, 108, 130].map((value, at) => ({ time_ms: at, value }));
  expect(depthsOf(curve, 100).map((one) => Number(one.depth.toFixed(4)))).toEqual([-0.1, 0, -0.1, 0]);
});

it('puts every profit into one bin, and none across zero', () => {
  const profits = [-5, -0.01, 0, 0.01, 3, 16];
  const bins = binsOf(profits);
  expect(bins.reduce((sum, bin) => sum + bin.trips, 0)).toBe(profits.length);
  expect(bins.every((bin) => bin.to <= 1e-9 || bin.from >= -1e-9)).toBe(true);
  const losing = bins.filter((bin) => bin.to <= 1e-9).reduce((sum, bin) => sum + bin.trips, 0);
  expect(losing).toBe(2);
  expect(binsOf([])).toEqual([]);
  expect(binsOf([0])).toHaveLength(1);
});
