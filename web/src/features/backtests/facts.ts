// What a backtest is told beside candles: what holding costs, and recorded trades that its orders meet. As the form has it.
import { z } from 'zod';

import type { FactFile, NewBacktest } from '@/api/types';
import { fractionOfPercent, percentOfFraction, signOf, typedDecimal } from '@/lib/decimal';

type Holding = NonNullable<NewBacktest['holding']>;
type Tape = NonNullable<NewBacktest['tape']>;
export type Held = 'funding' | 'borrow' | 'actions';

export interface HoldingFilled {
  funding: string[];
  borrow: string[];
  actions: string[];
  /** percent a year; empty: none */
  borrow_rate: string;
}

export interface TapeFilled {
  /** empty: candles are met */
  trades: string;
  /** empty: none */
  book: string;
  meets: Tape['meets'];
  latency_ms: string;
  /** percent; empty: as much as they want */
  participation: string;
}

export const NO_HOLDING: HoldingFilled = { funding: [], borrow: [], actions: [], borrow_rate: '' };
export const NO_TAPE: TapeFilled = { trades: '', book: '', meets: 'next', latency_ms: '0', participation: '' };

const percentTyped = (fraction: string) => (signOf(fraction) === 0 ? '' : percentOfFraction(fraction));
const percentSent = (typed: string) => (typed.trim() ? fractionOfPercent(typedDecimal(typed) ?? '0') : '0');

export function holdingTyped(given: Holding | undefined): HoldingFilled {
  if (!given) return NO_HOLDING;
  return { funding: given.funding ?? [], borrow: given.borrow ?? [], actions: given.actions ?? [], borrow_rate: percentTyped(given.borrow_rate) };
}

/** Nothing on trades, which know none of it, and no borrow fees where nothing can be borrowed. */
export function holdingSent(typed: HoldingFilled, { onTrades, shortable }: { onTrades: boolean; shortable: boolean }): Holding {
  if (onTrades) return { funding: [], borrow: [], actions: [], borrow_rate: '0' };
  const { funding, actions } = typed;
  return { funding, actions, borrow: shortable ? typed.borrow : [], borrow_rate: shortable ? percentSent(typed.borrow_rate) : '0' };
}

export function tapeTyped(given: Tape | null | undefined): TapeFilled {
  if (!given) return NO_TAPE;
  return { trades: given.trades, book: given.book ?? '', meets: given.meets, latency_ms: String(given.latency_ms), participation: percentTyped(given.participation) };
}

/** With a book it is known what orders find and get, so that nothing else is said of it. */
export function tapeSent({ trades, book, meets, latency_ms, participation }: TapeFilled): Tape | null {
  if (!trades) return null;
  return { trades, book: book || null, latency_ms: Number(typedDecimal(latency_ms) ?? 0), meets: book ? 'next' : meets, participation: book || meets === 'last' ? '0' : percentSent(participation) };
}

const files = z.array(z.string());
const zeroOrMore = (typed: string) => !typed.trim() || signOf(typedDecimal(typed) ?? '-1') >= 0;

export const holdingSchema = z.object({
  funding: files,
  borrow: files,
  actions: files,
  borrow_rate: z.string().refine(zeroOrMore, 'Write percent a year, or leave it empty'),
});

export const tapeSchema = z.object({
  trades: z.string(),
  book: z.string(),
  meets: z.enum(['next', 'last']),
  latency_ms: z.string().refine((typed) => /^\d{1,8}$/.test(typedDecimal(typed) ?? ''), 'Write whole milliseconds, or 0'),
  participation: z.string().refine((typed) => !typed.trim() || (signOf(typedDecimal(typed) ?? '-1') > 0 && Number(typedDecimal(typed)) <= 100), 'Write a percentage above zero and at most 100, or leave it empty'),
});

/** The files of some kinds, in their order. */
export const filesOf = (files: readonly FactFile[], ...kinds: readonly FactFile['kind'][]) => files.filter(({ kind }) => kinds.includes(kind));

/** A file by its name alone: its kind is said where it is chosen. */
export const fileName = (id: string) => id.slice(id.indexOf('/') + 1);
