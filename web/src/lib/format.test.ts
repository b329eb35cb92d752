import { expect, it } from 'vitest';

import { averagePrice, money, percent, price, quantity, trend } from './format';

it('shows money with the digits of its asset and never loses any on the way', () => {
  expect(money('1234.5')).toBe('1,234.50');
  expect(money('0.00012345', 'BTC')).toBe('0.00012345');
  expect(money('12345678901234567.89')).toBe('12,345,678,901,234,567.89');
  expect(money(null)).toBe('–');
});

it('marks a profit with its sign, a loss with a true minus, and nothing with none', () => {
  expect(money('2.5', 'USDT', true)).toBe('+2.50');
  expect(money('-2.5', 'USDT', true)).toBe('−2.50');
  expect(money('0', 'USDT', true)).toBe('0.00');
});

it('keeps the digits a price came with, from two to eight', () => {
  expect([price('61480.5'), price('0.4520'), price('0.00000123'), price('100')]).toEqual(['61,480.50', '0.452', '0.00000123', '100.00']);
});

it('rounds an average to the digits of the price beside it', () => {
  expect([averagePrice('62026.02602608', '63041.5'), averagePrice('0.45671999', '0.4520'), averagePrice('12.34567', null)]).toEqual(['62,026.03', '0.4567', '12.34567']);
});

it('shows what is not there as a dash and not as zero', () => {
  expect([price(null), quantity(undefined), percent(null), percent(NaN)]).toEqual(['–', '–', '–', '–']);
});

it('goes up, down or nowhere', () => {
  expect(trend('0.001', money('0.001', 'USDT', true))).toBe('flat');
  expect([trend('0.00'), trend('-0.01'), trend(3), trend(null)]).toEqual(['flat', 'down', 'up', 'flat']);
});
