// Closes at which a bot decided and nothing changed. Its journal has no row for them, its candles do: what it saw at each
// stands beside them.
import type { Candles } from '@/api/types';

export interface QuietClose {
  /** when the candle closed */
  time_ms: number;
  close: number;
  values: (readonly [string, number | null])[];
}

/** Those after a time, the newest first. */
export function quietCloses({ rows, indicators }: Candles, after_ms: number, timeframe_ms: number): QuietClose[] {
  const found = rows.flatMap(([open_ms, , , , close], at) => {
    const time_ms = open_ms + timeframe_ms;
    if (time_ms <= after_ms) return [];
    return [{ time_ms, close, values: Object.entries(indicators).map(([name, column]) => [name, column[at] ?? null] as const) }];
  });
  return found.reverse();
}

/** "fast 101 is above slow 100" where it goes by two lines that cross; null where it does not. */
export function crossing({ values }: QuietClose): 'above' | 'below' | null {
  const [fast, slow] = ['fast', 'slow'].map((name) => values.find(([one]) => one === name)?.[1] ?? null) as [number | null, number | null];
  if (fast === null || slow === null || fast === slow) return null;
  return fast > slow ? 'above' : 'below';
}
