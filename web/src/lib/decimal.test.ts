import { describe, expect, it } from 'vitest';

import { fractionOfPercent, isDecimal, percentOfFraction, shifted, signOf, sum, typedDecimal } from './decimal';

describe('what a person types', () => {
  it.each([
    ['1000', '1000'],
    [' 1 000.50 ', '1000.50'],
    ['1,000.5', '1000.5'],
    ['12,345,678', '12345678'],
    ['0,5', '0.5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['+3', '3'],
    ['007', '7'],
  ])('%s is %s', (typed, meant) => expect(typedDecimal(typed)).toBe(meant));

  it.each(['', ' ', 'abc', '1.2.3', '1e5', '--1', '0x10', 'NaN', '1'.repeat(31), `0.${'1'.repeat(19)}`])('%s is no number', (typed) => expect(typedDecimal(typed)).toBeNull());
});

describe('shifting by powers of ten', () => {
  it('is exact in both directions, where floats are not', () => {
    expect(fractionOfPercent('0.07')).toBe('0.0007');
    expect(fractionOfPercent('110')).toBe('1.1');
    expect(percentOfFraction('0.29')).toBe('29');
    expect(percentOfFraction('0.000000000000000001')).toBe('0.0000000000000001');
    expect(shifted('-12.5', 3)).toBe('-12500');
  });

  it('gives back every percent it was given', () => {
    for (let hundredths = 0; hundredths <= 10_000; hundredths += 7) {
      const percent = shifted(String(hundredths), -2);
      expect(percentOfFraction(fractionOfPercent(percent))).toBe(percent);
      expect(isDecimal(fractionOfPercent(percent))).toBe(true);
    }
  });

  it('has no negative zero', () => expect(shifted('-0.00', -2)).toBe('0'));
});

describe('sums', () => {
  it('are exact', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3');
    expect(sum(['99999999999999999999.00000001', '-0.00000001'])).toBe('99999999999999999999');
    expect(sum([])).toBe('0');
    expect(sum(['1', '-2.5'])).toBe('-1.5');
  });
});

it('tells the sign without making a float', () => {
  expect([signOf('-0.000'), signOf('0.000000000000000001'), signOf('-1')]).toEqual([0, 1, -1]);
});
