import { expect, it } from 'vitest';

import type { Bot, BotSettings, Strategy } from '@/api/types';

import { botSchema } from './schema';
import { fieldNames, stepOf } from './steps';
import { freshValues, newBotOf, settingsOf, valuesOf } from './values';

const strategy: Strategy = {
  name: 'grid',
  title: 'Grid',
  summary: '',
  help: '',
  symbols_most: 1,
  own: false,
  problem: '',
  sizings: ['percent'],
  parameters: [{ name: 'levels', kind: 'integer', default: 20, least: 1, most: 500, choices: [], help: '', fraction: false, section: '', depends: {} }],
};
const whole = { ...freshValues(strategy, 'account-1'), name: ' ladder ', symbols: ['BTC/USDT'] };

it('makes a bot of what was filled in', () => {
  const bot = newBotOf({ ...whole, capital: '2,500', exits: { stop_loss: '6' }, windowed: true }, strategy);
  expect(bot).toMatchObject({ name: 'ladder', capital: '2500', sizing: { kind: 'percent', size: '1' }, exits: { stop_loss: '0.06' }, parameters: { levels: 20 }, start: true });
  expect(bot.trading_window?.hours).toMatch(/^08:00-20:00 /);
  expect(newBotOf(whole, strategy).trading_window).toBeNull();
});

it('gives a bot back unchanged where nothing was changed', () => {
  const settings: BotSettings = {
    ...settingsOf(whole, strategy),
    exits: { take_profit: '0.035' },
    limits: { cooldown_ms: '1800000', day_offset_ms: '60' },
    trading_frequency_s: 30,
    trading_window: { start: '22:00', end: '04:00', days: [1, 5], time_zone: 'Europe/London', hours: '', calendar: '', at_end: 'cancel_entries', minutes_before: 5 },
  };
  const bot = { name: 'x', settings } as Bot;
  expect(settingsOf(valuesOf(bot, strategy), strategy, settings)).toEqual(settings);
  const typed = valuesOf(bot, strategy);
  expect(typed.trading_window.hours).toBe('22:00-04:00 Europe/London mon,fri');
  const changed = settingsOf({ ...typed, trading_window: { ...typed.trading_window, calendar: ' XNYS', at_end: 'flatten', minutes_before: '10' } }, strategy, settings);
  expect(changed.trading_window).toMatchObject({ start: '', hours: '22:00-04:00 Europe/London mon,fri', calendar: 'XNYS', at_end: 'flatten', minutes_before: 10 });
});

it('refuses what it can tell is wrong, at the right step', () => {
  const wrong = botSchema(strategy).safeParse({ ...whole, symbols: [], trading_frequency_s: '-1', windowed: true, trading_window: { ...whole.trading_window, hours: ' ', minutes_before: '1441' } });
  const names = wrong.error?.issues.map((issue) => issue.path.join('.')) ?? [];
  expect(names).toEqual(['symbols', 'trading_frequency_s', 'trading_window.minutes_before', 'trading_window.hours']);
  expect(stepOf(['trading_window.hours'])).toBe(4);
  const empty = botSchema(strategy).safeParse({ ...whole, windowed: true, trading_window: { ...whole.trading_window, hours: ' ' } });
  expect(empty.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['trading_window.hours']);
  expect(stepOf(['symbols'])).toBe(1);
  expect(stepOf(['unheard'])).toBe(-1);
  expect(botSchema(strategy).safeParse(whole).success).toBe(true);
});

it('takes a time between closes only where it is shorter than a candle', () => {
  const said = (trading_frequency_s: string, timeframe: string) => botSchema(strategy).safeParse({ ...whole, trading_frequency_s, timeframe }).error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
  expect(said('60', '1m')).toEqual([['trading_frequency_s', 'Write less than 60 s, which is how long a candle of 1m lasts, or 0']]);
  expect(said('59', '1m')).toBeUndefined();
  expect(said('60', '5m')).toBeUndefined();
  expect(said('0', '1m')).toBeUndefined();
  expect(said('0.5', '1m')?.[0]?.[0]).toBe('trading_frequency_s');
});

it('does not look at the window while it is off', () => {
  expect(botSchema(strategy).safeParse({ ...whole, trading_window: { ...whole.trading_window, hours: '' } }).success).toBe(true);
});

it('knows every field by the name a problem calls it', () => {
  expect(fieldNames(whole)).toEqual(expect.arrayContaining(['name', 'symbols', 'parameters.levels', 'exits.stop_loss', 'limits.max_daily_loss', 'sizing.size', 'trading_window.hours', 'start']));
});
