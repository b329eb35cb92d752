import { expect, it } from 'vitest';

import type { NewBacktest, WalkFold, WalkResult } from '@/api/types';

import { choiceOf, curvesOf, EVERYTHING, figureIn, gainedOf, objectiveSaid, onceOf } from './walk-figures';

const fold = (number: number, total_return: number | null, closing: number) => ({ number, closing, outside: { total_return }, chosen: number === 3 ? null : { fast: 5 * number, slow: 50, average: 'SMA' } }) as unknown as WalkFold;
const result = {
  vary: { fast: [5, 10], average: ['SMA', 'EMA'] },
  folds: [fold(1, 0.02, 0.001), fold(2, 0.001, 0.001), fold(3, null, 0)],
  everything: { fast: 10, slow: 50, average: 'EMA' },
  equity: [[1, 100, 90], [2, 110, 95]],
  figures: { returns: { net_profit: 12.5, text: 'x' } },
} as unknown as WalkResult;

it('counts a test span as gained after what was open at its end is closed', () => {
  expect(gainedOf(result)).toBe(1);
});

it('shows of a choice what varied', () => {
  expect(choiceOf(result.folds[0]!.chosen!, result)).toEqual([['fast', 5], ['average', 'SMA']]);
});

it('runs once with what a fold chose, or what is chosen on everything', () => {
  const request = { strategy: 'sma_crossover', parameters: { slow: 50 }, walk: { kind: 'holdout' } } as unknown as NewBacktest;
  expect(onceOf(request, result, '2')).toMatchObject({ walk: null, parameters: { fast: 10, slow: 50, average: 'SMA' } });
  expect(onceOf(request, result, EVERYTHING)).toMatchObject({ walk: null, parameters: { fast: 10, average: 'EMA' } });
  expect(onceOf(request, result, '9')).toMatchObject({ walk: null, parameters: { slow: 50 } });
});

it('draws both curves and finds figures that are numbers', () => {
  expect(curvesOf(result)).toEqual({ chosen: [{ time_ms: 1, value: 100 }, { time_ms: 2, value: 110 }], held: [{ time_ms: 1, value: 90 }, { time_ms: 2, value: 95 }] });
  expect([figureIn(result, 'returns', 'net_profit'), figureIn(result, 'returns', 'text'), figureIn(result, 'none', 'x')]).toEqual([12.5, null, null]);
  expect([objectiveSaid('max_drawdown', 0.1), objectiveSaid('sharpe', 1.234), objectiveSaid('sharpe', null)]).toEqual(['10.00\u00a0%', '1.23', '–']);
});
