// What is shown of a walk-forward's result: its words, its figures and its choices.
import type { NewBacktest, WalkFold, WalkResult } from '@/api/types';
import { percent, ratio } from '@/lib/format';
import type { Tone } from '@/ui/badge';

export const STANDINGS: Record<WalkResult['standing'], { label: string; tone: Tone }> = {
  holds: { label: 'Holds', tone: 'up' },
  may_not_hold: { label: 'May not hold', tone: 'warn' },
  does_not_hold: { label: 'Does not hold', tone: 'down' },
  too_little: { label: 'Too little to judge', tone: 'warn' },
  halted: { label: 'Halted', tone: 'down' },
  nothing: { label: 'Nothing traded', tone: 'neutral' },
};

/** Figures that are parts of something; the others are ratios, or money by its capital. */
const FRACTIONS = new Set(['total_return', 'max_drawdown', 'trips_win_rate']);

export const objectiveSaid = (name: string, value: number | null | undefined): string => (FRACTIONS.has(name) ? percent(value) : ratio(value));

/** The capital's growth on all test spans, each beginning with what the one before ended with. */
export const curvesOf = ({ equity }: WalkResult) => ({
  chosen: equity.map(([time_ms, value]) => ({ time_ms, value })),
  held: equity.map(([time_ms, , value]) => ({ time_ms, value })),
});

/** Those of the chosen values that varied. */
export function choiceOf(chosen: NonNullable<WalkFold['chosen']>, { vary }: WalkResult): [string, string | number | boolean][] {
  return Object.entries(chosen).filter(([name]) => name in vary);
}

export function figureIn(result: WalkResult, group: string, name: string): number | null {
  const found: unknown = (result.figures[group] as Record<string, unknown> | undefined)?.[name];
  return typeof found === 'number' ? found : null;
}

/** Folds whose test span made money, after what was open at its end was closed. */
export const gainedOf = ({ folds }: WalkResult): number => folds.filter(({ outside, closing }) => (outside.total_return ?? 0) - closing > 0).length;

export const EVERYTHING = 'all';

/** One run with the parameters of a fold, or of the choice on everything. */
export function onceOf(request: NewBacktest, result: WalkResult, which: string): NewBacktest {
  const chosen = which === EVERYTHING ? result.everything : result.folds.find(({ number }) => String(number) === which)?.chosen;
  return { ...request, walk: null, parameters: { ...request.parameters, ...chosen } };
}
