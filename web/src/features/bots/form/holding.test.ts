import { expect, it } from 'vitest';

import { FREE, holdingSaid, holdingSchema, holdingSent, holdingTyped, isAsked } from './holding';

it('types a rate in percent and sends it as a fraction, exact both ways', () => {
  const settings = { funding_rate: '-0.000125', funding_hours: 4, borrow_rate: '0.03' };
  const typed = holdingTyped(settings);
  expect(typed).toEqual({ funding_rate: '-0.0125', funding_hours: '4' });
  expect(holdingSent(typed, settings)).toEqual(settings);
  expect(holdingSent({ ...FREE, funding_rate: ' 0,01 ' })).toEqual({ funding_rate: '0.0001', funding_hours: 8, borrow_rate: '0' });
});

it('refuses what is no rate', () => {
  const said = (funding_rate: string) => holdingSchema.safeParse({ ...FREE, funding_rate }).error?.issues[0]?.message;
  expect(said('-100')).toBeUndefined();
  expect(said('100.1')).toBe('Write percent from -100 to 100, such as 0.01');
  expect(said('much')).toBe('Write percent from -100 to 100, such as 0.01');
});

it('is asked for on paper accounts, and shown wherever something was typed', () => {
  expect(isAsked('paper', FREE)).toBe(true);
  expect(isAsked('live', FREE)).toBe(false);
  expect(isAsked('live', { ...FREE, funding_rate: '0.01' })).toBe(true);
  expect(isAsked(undefined, { ...FREE, funding_rate: 'much' })).toBe(true);
});

it('says what is charged, and nothing where nothing is', () => {
  expect(holdingSaid({ funding_rate: '0.0001', funding_hours: 8, borrow_rate: '0.03' })).toEqual([['Funding', '0.01 % every 8 h'], ['Borrow fee', '3 % a year']]);
  expect(holdingSaid({ funding_rate: '0', funding_hours: 8, borrow_rate: '0' })).toEqual([]);
});
