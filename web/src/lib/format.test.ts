import { expect, it } from 'vitest';

import { average, averagePrice, money, percent, price, quantity, trend } from './format';

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

it('writes a part as all others here are written, with a space that does not break', () => {
  expect([percent(0.0131), percent(-0.02, true, 0), percent(12.345, true)]).toEqual(['1.31\u00a0%', '−2\u00a0%', '+1,234.50\u00a0%']);
});

it('rounds an average with no price beside it to seven digits, and to no fewer than two places', () => {
  expect(['63323.18424581', '2937.1523456', '0.45671999', '0.0000123456789', '100', '-1.5', null].map(average)).toEqual([
    '63,323.18', '2,937.152', '0.45672', '0.00001235', '100.00', '−1.50', '–',
  ]);
});
