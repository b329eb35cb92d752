// What came of holding in a run, from the open objects of a result: charges and what companies did, in one list by time.
import { z } from 'zod';

import type { BacktestResult } from '@/api/types';
import { percentOfFraction, signOf } from '@/lib/decimal';
import { NOTHING, quantity } from '@/lib/format';

import { amount } from './metrics';
import { fitting } from './rows';

export interface Held {
  time_ms: number;
  symbol: string;
  what: string;
  rate: string;
  position: string;
  price: string | null;
  cash: string;
}

const charge = z.object({ time_ms: z.number(), symbol: z.string(), kind: z.enum(['funding', 'borrow']), rate: z.string(), position: z.string(), price: z.string(), cash: z.string() });
const action = z.object({ time_ms: z.number(), symbol: z.string(), kind: z.enum(['split', 'dividend']), split: z.nullable(z.string()), dividend: z.nullable(z.string()), position_before: z.string(), cash: z.string() });

export function heldOf({ charges, actions }: BacktestResult): Held[] {
  const charged = fitting(charge, charges ?? []).map(({ kind, rate, ...one }): Held => ({
    ...one, what: kind === 'funding' ? 'Funding' : 'Borrow fee', rate: `${percentOfFraction(rate)} %${kind === 'borrow' ? ' a year' : ''}`,
  }));
  const acted = fitting(action, actions ?? [])
    .filter(({ position_before }) => signOf(position_before) !== 0)
    .map(({ kind, split, dividend, position_before, ...one }): Held => ({
      ...one, what: kind === 'split' ? 'Split' : 'Dividend', rate: kind === 'split' ? (split ?? NOTHING) : quantity(dividend), position: position_before, price: null,
    }));
  return [...charged, ...acted].sort((a, b) => a.time_ms - b.time_ms);
}

/** What was paid less what came in, of what the run was told of. */
export function sumsOf({ metrics }: BacktestResult): [string, string][] {
  const named = [['Funding paid', 'funding_paid'], ['Borrow fees paid', 'borrow_paid'], ['Dividends received', 'dividends']] as const;
  return named.flatMap(([label, name]): [string, string][] => {
    const value = amount(metrics, name);
    return value === null ? [] : [[label, value]];
  });
}
