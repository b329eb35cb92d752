import type { Backtest } from '@/api/types';
import { sentence } from '@/lib/words';

import { fileName } from './facts';

/** How it is run, where that is not once. */
export const WAYS = { walk_forward: 'Walk-forward', holdout: 'Holdout' } as const;

/** What a backtest is called: its kind, and its symbols, which the names of its data sets end with where it names none. */
export function titleOf({ strategy, symbols, dataset_ids, tape }: Backtest['request']): string {
  const named = symbols?.length ? symbols : tape ? [fileName(tape.trades)] : dataset_ids.map(symbolOf);
  return `${sentence(strategy)} on ${named.join(', ')}`;
}

/** `history:VENUE:TIMEFRAME:SYMBOL`, `recorded:FEED:SYMBOL`; a symbol may have a colon itself. */
function symbolOf(dataset: string): string {
  const parts = dataset.split(':');
  return parts.slice(parts[0] === 'history' ? 3 : 2).join(':') || dataset;
}
