import { expect, it } from 'vitest';

import { fieldOfPointer, nearestField } from './pointer';

const KNOWN = ['name', 'symbols', 'parameters.levels', 'sizing.kind', 'sizing.size'];

it('reads pointers with their escapes', () => {
  expect(fieldOfPointer('/parameters/levels')).toBe('parameters.levels');
  expect(fieldOfPointer('#/values/BTC~1USDT')).toBe('values.BTC/USDT');
});

it('finds the field itself, the one above, or one beneath', () => {
  expect(nearestField('/parameters/levels', KNOWN)).toBe('parameters.levels');
  expect(nearestField('/symbols/0', KNOWN)).toBe('symbols');
  expect(nearestField('/sizing', KNOWN)).toBe('sizing.kind');
  expect(nearestField('/somewhere/else', KNOWN)).toBeNull();
});
