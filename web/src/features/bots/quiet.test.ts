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
