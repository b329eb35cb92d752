import { expect, it } from 'vitest';

import { EXITS, LIMITS, sent, settingsSent, settingsTyped } from './limits';

it('sends percents as fractions and minutes as milliseconds', () => {
  expect(settingsSent({ max_daily_loss: '5', cooldown_ms: '30', max_orders_day: '200' }, LIMITS)).toEqual({ max_daily_loss: '0.05', max_orders_day: '200', cooldown_ms: '1800000' });
  expect(sent('0.5', 'minutes')).toBe('30000');
});

it('leaves out what is empty or zero: that is off', () => {
  expect(settingsSent({ stop_loss: '', take_profit: '0', trailing_stop: '1.5' }, EXITS)).toEqual({ trailing_stop: '0.015' });
});

it('carries over what has no field, so that a change of one thing loses no other', () => {
  expect(settingsSent({ stop_loss: '2' }, EXITS, { day_offset_ms: '3600000', stop_loss: '0.9' })).toEqual({ day_offset_ms: '3600000', stop_loss: '0.02' });
});

it('shows again what was sent', () => {
  const kept = { stop_loss: '0.02', take_profit: '0.045' };
  expect(settingsSent(settingsTyped(kept, EXITS), EXITS)).toEqual(kept);
});
