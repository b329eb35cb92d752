import { expect, it } from 'vitest';

import type { Decision } from '@/api/types';

import { gathered } from './quiet';

const entry = (seq: number, more: Partial<Decision> = {}): Decision => ({ seq, time_ms: seq, kind: 'decided', summary: '', values: { 'BTC/USDT': { rsi: seq } }, rows: [], notes: [], grounds: [], ...more });
const rows = [{}] as unknown as Decision['rows'];
const notes = [{}] as unknown as Decision['notes'];
const shape = (entries: Decision[]) => gathered(entries).map(({ entry: { seq }, like }) => [seq, like.map((one) => one.seq)]);

it('gathers quiet decisions that follow each other under the newest, and leaves none out', () => {
  expect(shape([entry(9), entry(8), entry(7), entry(6, { rows }), entry(5), entry(4, { notes }), entry(3), entry(2)])).toEqual([
    [9, [8, 7]],
    [6, []],
    [5, []],
    [4, []],
    [3, [2]],
  ]);
});

it('takes nothing for quiet that did something or was done to it', () => {
  expect(shape([entry(4, { kind: 'filled' }), entry(3, { kind: 'filled' }), entry(2, { kind: 'missed' }), entry(1)])).toEqual([
    [4, []],
    [3, []],
    [2, []],
    [1, []],
  ]);
});

it('folds nothing away that somebody reads', () => {
  expect(gathered([entry(5), entry(4), entry(3), entry(2)], new Set([3])).map(({ entry: { seq }, like }) => [seq, like.length])).toEqual([
    [5, 1],
    [3, 1],
  ]);
});

it('gathers candles that went by without it too, apart from those at which it decided', () => {
  const missed = { kind: 'missed' };
  expect(shape([entry(6, missed), entry(5, missed), entry(4, missed), entry(3), entry(2), entry(1, missed)])).toEqual([
    [6, [5, 4]],
    [3, [2]],
    [1, []],
  ]);
});

it('gathers what one and the same limit held back, with the orders that were dropped after it', () => {
  const row = (state: string) => ({ rows: [{ state }] as unknown as Decision['rows'] });
  const note = (code: string) => ({ notes: [{ code }] as unknown as Decision['notes'] });
  const held = { ...row('ended'), ...note('daily_loss') };
  const dropped = row('empty');
  const entries = [
    entry(9, dropped), entry(8, held), entry(7, dropped), entry(6, held),
    // Another limit, something that was let through in part, and orders that were dropped for reasons of its own.
    entry(5, { ...row('ended'), ...note('max_orders') }), entry(4, { ...row('asked'), ...note('max_orders') }), entry(3, dropped), entry(2, dropped),
  ];
  expect(gathered(entries).map(({ entry: { seq }, like, about }) => [seq, like.length, about])).toEqual([
    [9, 3, 'daily_loss'],
    [5, 0, 'max_orders'],
    [4, 0, ''],
    [3, 0, ''],
    [2, 0, ''],
  ]);
});
