import { expect, it } from 'vitest';

import { sizingSchema, sizingSent, sizingTyped } from './schema';

it('sends the odds that are written, and none with another kind', () => {
  const odds = { win_rate: '0.55', payoff: '1.5', cap: '' };
  expect(sizingSent({ kind: 'kelly', size: '50', compounding: false, odds })).toEqual({ kind: 'kelly', size: '0.5', compounding: false, odds: { win_rate: '0.55', payoff: '1.5' } });
  expect(sizingSent({ kind: 'percent', size: '50', compounding: true, odds }).odds).toEqual({});
});

it('shows again what was sent, and takes it', () => {
  const kept = { kind: 'kelly', size: '0.5', compounding: true, odds: { win_rate: '0.55', payoff: '1.5' } } as const;
  expect(sizingSent(sizingTyped(kept))).toEqual(kept);
  expect(sizingSchema.safeParse(sizingTyped(kept)).success).toBe(true);
});
