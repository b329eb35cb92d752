// What the report's charts are drawn from.
import type { BacktestResult } from '@/api/types';
import type { Bin, Depth } from '@/charts/bar-charts';

const BINS = 21;

export function curveOf(equity: BacktestResult['equity']): { time_ms: number; value: number }[] {
  return equity.map(([time_ms, value]) => ({ time_ms, value: Number(value) }));
}

/** How far below its highest so far the curve is, from 0 downwards. */
export function depthsOf(curve: readonly { time_ms: number; value: number }[], start: number): Depth[] {
  let peak = start;
  return curve.map(({ time_ms, value }) => {
    peak = Math.max(peak, value);
    return { time_ms, depth: peak > 0 ? value / peak - 1 : 0 };
  });
}

/** Profits in bins of one width, one of which begins at zero. */
export function binsOf(profits: readonly number[]): Bin[] {
  if (profits.length === 0) return [];
  const [low, high] = [Math.min(0, ...profits), Math.max(0, ...profits)];
  const width = (high - low) / BINS || 1;
  const below = Math.ceil(-low / width);
  const above = Math.max(1, Math.floor(high / width) + 1);
  const bins = Array.from({ length: below + above }, (_, at) => ({ from: (at - below) * width, to: (at - below + 1) * width, trips: 0 }));
  for (const profit of profits) {
    const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor(profit / width) + below))];
    if (bin) bin.trips++;
  }
  return bins;
}
