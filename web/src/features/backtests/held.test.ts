import { expect, it } from 'vitest';

import type { BacktestResult } from '@/api/types';

import { heldOf, sumsOf } from './held';

const charge = { time_ms: 20, symbol: 'A/B', kind: 'funding', rate: '0.0001', position: '2', price: '50', cash: '-0.01' };
const split = { time_ms: 10, symbol: 'A/B', kind: 'split', split: '4:1', dividend: null, position_before: '2', position_after: '8', cash: '0' };
const result = (given: object) => ({ metrics: {}, ...given }) as unknown as BacktestResult;

it('puts charges, splits and dividends in one list by time', () => {
  const borrow = { ...charge, time_ms: 30, kind: 'borrow', rate: '0.03', position: '-1' };
  const dividend = { ...split, time_ms: 25, kind: 'dividend', split: null, dividend: '0.5', cash: '1' };
  const found = heldOf(result({ charges: [charge, borrow, { odd: 1 }], actions: [split, dividend] }));
  expect(found.map(({ what, rate }) => [what, rate])).toEqual([['Split', '4:1'], ['Funding', '0.01 %'], ['Dividend', '0.5'], ['Borrow fee', '3 % a year']]);
  expect(found[0]).toMatchObject({ position: '2', price: null });
});

it('leaves out what met no position, and is empty where nothing was told', () => {
  expect(heldOf(result({ charges: null, actions: [{ ...split, position_before: '0' }] }))).toEqual([]);
  expect(heldOf(result({}))).toEqual([]);
});

it('sums up what the run was told of alone', () => {
  expect(sumsOf(result({ metrics: { funding_paid: '1.5', fees: '3' } }))).toEqual([['Funding paid', '1.5']]);
  expect(sumsOf(result({ metrics: { borrow_paid: '0', dividends: '7' } }))).toEqual([['Borrow fees paid', '0'], ['Dividends received', '7']]);
});
