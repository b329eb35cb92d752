import { expect, it } from 'vitest';

import { asTyped } from './said';

const KNOWN = ['name', 'capital', 'parameters.step', 'parameters.take_profit', 'parameters.take_profit_2', 'exits.stop_loss', 'limits.max_drawdown'];

it('says a part in percent, as it was typed', () => {
  expect(asTyped('parameter step is 0.0005 (0.05 %), which does not pay the round-trip fee of 0.2 %; give one above 0.002 (0.2 %)', KNOWN)).toBe(
    '“Step” is 0.05 %, which does not pay the round-trip fee of 0.2 %; give one above 0.2 %',
  );
  expect(asTyped('exit stop_loss is 1.5 (150 %); write 0 (off) to below 1 (100 %), such as 0.05 (5 %)', KNOWN)).toBe(
    '“Stop-loss” is 150 %; write 0 (off) to below 100 %, such as 5 %',
  );
});

it('says of a trading window what is wrong, and not where it is in what was sent', () => {
  expect(asTyped("trading_window: hours '9-5': '9' is no time", KNOWN)).toBe("Hours '9-5': '9' is no time");
});

it('names settings as their fields do, and leaves words of the sentence alone', () => {
  expect(asTyped('parameter take_profit_2 is 0.01 (1 %); it must be above the step before, which is 0.02 (2 %)', KNOWN)).toBe(
    '“Take profit 2” is 1 %; it must be above the step before, which is 2 %',
  );
  expect(asTyped('set max_drawdown, or take a smaller step', KNOWN)).toBe('Set “Drawdown”, or take a smaller step');
  expect(asTyped('grid step from 100 to 100.1 (0.100 %) does not pay its round-trip fee of 0.2 %', KNOWN)).toMatch(/^Grid step from 100 to/);
});
