import { expect, it } from 'vitest';

import { positive, sizingSchema, sizingSent, sizingTyped } from './schema';

it('sends the odds that are written, and none with another kind', () => {
  const odds = { win_rate: '0.55', payoff: '1.5', cap: '' };
  expect(sizingSent({ kind: 'kelly', size: '50', compounding: false, odds, period: '9' })).toEqual({ kind: 'kelly', size: '0.5', compounding: false, odds: { win_rate: '0.55', payoff: '1.5' }, period: 0 });
  expect(sizingSent({ kind: 'percent', size: '50', compounding: true, odds, period: '' }).odds).toEqual({});
});

it('shows again what was sent, and takes it', () => {
  const kept = { kind: 'kelly', size: '0.5', compounding: true, odds: { win_rate: '0.55', payoff: '1.5' }, period: 0 } as const;
  expect(sizingSent(sizingTyped(kept))).toEqual(kept);
  expect(sizingSchema.safeParse(sizingTyped(kept)).success).toBe(true);
});

it('sends over how many candles volatility looks, and 0 where that is left empty', () => {
  const typed = { kind: 'volatility', size: '2', compounding: true, odds: {}, period: '14' } as const;
  expect(sizingSent(typed)).toEqual({ kind: 'volatility', size: '0.02', compounding: true, odds: {}, period: 14 });
  expect(sizingSent({ ...typed, period: '' }).period).toBe(0);
  expect(sizingTyped(sizingSent(typed))).toEqual(typed);
  expect(sizingSchema.safeParse({ ...typed, period: '1.5' }).success).toBe(false);
});

it('tells a number of too many digits from what is no number', () => {
  const said = (typed: string) => positive('its capital').safeParse(typed).error?.issues[0]?.message;
  expect(said('1'.repeat(31))).toMatch(/^That has too many digits: at most 30/);
  expect(said(`0.${'1'.repeat(19)}`)).toMatch(/^That has too many digits/);
  expect(said('much')).toBe('“much” is not a number');
  expect(said('1'.repeat(30))).toBeUndefined();
});
