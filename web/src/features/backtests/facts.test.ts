import { expect, it } from 'vitest';

import type { FactFile } from '@/api/types';

import { fileName, filesOf, holdingSchema, holdingSent, holdingTyped, NO_HOLDING, NO_TAPE, tapeSchema, tapeSent, tapeTyped } from './facts';

const candles = { onTrades: false, shortable: true };
const typed = { funding: ['funding/a.csv'], borrow: [], actions: ['actions/b.csv'], borrow_rate: '3' };
const tape = { trades: 'trades/a.csv', book: '', meets: 'next' as const, latency_ms: '50', participation: '10' };

it('sends what holding costs as fractions, and fills it in again as percent', () => {
  const sent = holdingSent(typed, candles);
  expect(sent).toEqual({ funding: ['funding/a.csv'], borrow: [], actions: ['actions/b.csv'], borrow_rate: '0.03' });
  expect(holdingTyped(sent)).toEqual(typed);
  expect(holdingTyped(holdingSent(NO_HOLDING, candles))).toEqual(NO_HOLDING);
  expect(holdingTyped(undefined)).toEqual(NO_HOLDING);
});

it('sends no borrow fees where nothing can be borrowed, and nothing at all on trades', () => {
  expect(holdingSent({ ...typed, borrow: ['borrow/c.csv'] }, { onTrades: false, shortable: false })).toMatchObject({ borrow: [], borrow_rate: '0', funding: ['funding/a.csv'] });
  expect(holdingSent(typed, { onTrades: true, shortable: true })).toEqual({ funding: [], borrow: [], actions: [], borrow_rate: '0' });
});

it('sends a tape where trades are chosen, and fills it in again', () => {
  expect(tapeSent(NO_TAPE)).toBeNull();
  const sent = tapeSent(tape);
  expect(sent).toEqual({ trades: 'trades/a.csv', book: null, meets: 'next', latency_ms: 50, participation: '0.1' });
  expect(tapeTyped(sent)).toEqual(tape);
  expect(tapeTyped(null)).toEqual(NO_TAPE);
});

it('says nothing beside a book of what the book says, and of the last trade no part', () => {
  expect(tapeSent({ ...tape, book: 'depth/a.csv', meets: 'last' })).toMatchObject({ book: 'depth/a.csv', meets: 'next', participation: '0' });
  expect(tapeSent({ ...tape, meets: 'last' })).toMatchObject({ meets: 'last', participation: '0' });
});

it('refuses numbers that are none', () => {
  const wrong = (schema: typeof holdingSchema | typeof tapeSchema, value: object) => schema.safeParse(value).error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(wrong(holdingSchema, { ...NO_HOLDING, borrow_rate: '-1' })).toEqual(['borrow_rate']);
  expect(wrong(holdingSchema, { ...NO_HOLDING, borrow_rate: '0' })).toEqual([]);
  expect(wrong(tapeSchema, { ...tape, latency_ms: '1.5', participation: '0' })).toEqual(['latency_ms', 'participation']);
  expect(wrong(tapeSchema, { ...tape, participation: '101' })).toEqual(['participation']);
  expect(wrong(tapeSchema, { ...tape, participation: '100' })).toEqual([]);
});

it('finds files by kind and calls them by their names', () => {
  const files = [{ id: 'funding/a.csv', kind: 'funding' }, { id: 'depth/b.csv', kind: 'depth' }, { id: 'quotes/c.csv', kind: 'quotes' }] as FactFile[];
  expect(filesOf(files, 'depth', 'quotes').map(({ id }) => fileName(id))).toEqual(['b.csv', 'c.csv']);
});
