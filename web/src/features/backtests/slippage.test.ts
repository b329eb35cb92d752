import { expect, it } from 'vitest';

import { FIXED, slippageSchema, slippageSent, slippageTyped } from './slippage';

it('sends what its model has, and fills itself in again', () => {
  const typed = { model: 'impact' as const, factor: ' 0,8 ', period: '50', most_bps: '' };
  const sent = slippageSent(typed);
  expect(sent).toEqual({ model: 'impact', factor: '0.8', period: 50, most_bps: '0' });
  expect(slippageTyped(sent)).toEqual({ model: 'impact', factor: '0.8', period: '50', most_bps: '' });
  expect(slippageTyped(undefined)).toEqual(FIXED);
});

it('lets go of numbers that another model had', () => {
  expect(slippageSent({ model: 'spread', factor: '0.8', period: 'x', most_bps: '9' })).toEqual({ model: 'spread', factor: '0', period: 0, most_bps: '0' });
});

it('says what is wrong beside its field, of models that have it', () => {
  const wrong = { model: 'volatility', factor: '-1', period: '2.5', most_bps: 'much' };
  const issues = slippageSchema.safeParse(wrong).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual(['factor', 'period', 'most_bps']);
  expect(slippageSchema.safeParse({ ...wrong, model: 'fixed' }).success).toBe(true);
  expect(slippageSchema.safeParse({ ...FIXED, model: 'impact' }).success).toBe(true);
});
