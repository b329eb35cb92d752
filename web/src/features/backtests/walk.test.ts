import { expect, it } from 'vitest';

import { Problem } from '@/api/problem';
import type { Parameter, Strategy, Walk } from '@/api/types';
import { placed } from '@/ui/settings/problems';

import { backtestSchema, freshValues, requestOf, valuesOf } from './values';
import { atFirstFields, triedOf, variedIn, variedSaid, varyFields, walkFaults, type WalkFilled } from './walk';

const parameter = (name: string, kind: Parameter['kind'], more: Partial<Parameter> = {}): Parameter => ({ name, kind, default: 0, choices: [], help: '', fraction: false, section: '', depends: {}, ...more });
const parameters = [
  parameter('fast', 'integer', { default: 20, least: 2, most: 200, search_least: 5, search_most: 30 }),
  parameter('band', 'number', { default: 0.01, least: 0, most: 1, search_least: 0.002, search_most: 0.03, fraction: true }),
  parameter('slow', 'integer', { default: 50, least: 5, most: 400, search_least: 40, search_most: 120 }),
  parameter('average', 'choice', { default: 'SMA', choices: ['SMA', 'EMA'] }),
  parameter('short', 'boolean', { default: false }),
  parameter('of', 'text', { default: '' }),
];
const strategy = { name: 'sma_crossover', parameters, sizings: ['percent'], symbols_most: 1 } as unknown as Strategy;
const values = () => freshValues(strategy, 'history:v:1h:BTC/USDT');
const walked = (change: Partial<WalkFilled> = {}) => ({ ...values(), walk: { ...values().walk, kind: 'walk_forward' as const, ...change } });
const varied = (names: string[]) => Object.fromEntries(Object.entries(values().walk.vary).map(([name, one]) => [name, { ...one, on: names.includes(name) }]));
const messages = (filled: ReturnType<typeof walked>) => (backtestSchema(strategy).safeParse(filled).error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);

it('is one run until somebody says otherwise, with all parameters as they are', () => {
  const request = requestOf(values(), strategy, []);
  expect(request.walk).toBeNull();
  expect(Object.keys(request.parameters ?? {})).toEqual(['fast', 'band', 'slow', 'average', 'short', 'of']);
});

it('searches over what the strategy says is worth trying, few of them, and leaves those out of what stays', () => {
  const request = requestOf(walked(), strategy, []);
  expect(variedIn(walked().walk)).toEqual(['fast', 'band']);
  expect(request.walk).toMatchObject({
    kind: 'walk_forward',
    vary: { fast: { values: [], least: '5', most: '30', step: '5' }, band: { least: '0.002', most: '0.03', step: '0.01' } },
    folds: null, anchored: false, train: null, test: null, purge: '0', embargo: '0', objective: 'sharpe', random: 0, seed: 0,
  });
  expect(Object.keys(request.parameters ?? {})).toEqual(['slow', 'average', 'short', 'of']);
  expect(messages(walked())).toEqual([]);
});

it('sends choices and yes and no as values, spans as they are typed, and fills itself in again from that', () => {
  const change = { kind: 'walk_forward' as const, vary: varied(['average', 'short']), folds: '7', spans: 'anchored' as const, train: ' 180d ', test: '30d', purge: '24 candles', embargo: '', objective: 'calmar' as const, random: '12', seed: '3' };
  const request = requestOf(walked(change), strategy, []);
  expect(request.walk).toMatchObject({ vary: { average: { values: ['SMA', 'EMA'] }, short: { values: [false, true] } }, folds: 7, anchored: true, train: '180d', test: '30d', purge: '24 candles', embargo: '0', random: 12, seed: 3 });
  const again = valuesOf(request, [strategy]);
  expect(again.walk).toEqual({ ...walked(change).walk, train: '180d' });
  expect(requestOf(again, strategy, [])).toEqual(request);
});

it('says nothing of folds in a holdout, and asks nothing of fields that are not shown', () => {
  const held = walked({ kind: 'holdout', folds: 'many', train: 'long', spans: 'anchored', test: '25%' });
  expect(messages(held)).toEqual([]);
  expect(requestOf(held, strategy, []).walk).toMatchObject({ kind: 'holdout', folds: null, anchored: false, train: null, test: '25%' });
  expect(messages(walked({ kind: 'once', folds: 'many', vary: {} }))).toEqual([]);
});

it('says what is wrong beside its field', () => {
  const vary = varied(['fast', 'average']);
  const wrong = { ...vary, fast: { ...vary.fast!, least: '300', most: '30.5', step: '0' }, average: { ...vary.average!, values: [] } };
  expect(messages(walked({ vary: wrong, folds: '0', train: 'long', test: '2000', purge: '2024-01-01', embargo: 'x', random: '1.5' }))).toEqual([
    ['walk.test', 'Write a length such as 90d, 36h, 2000 candles or 25%, or a date such as 2024-01-31'],
    ['walk.purge', 'Write a length such as 90d, 36h, 2000 candles or 25%'],
    ['walk.embargo', 'Write a length such as 90d, 36h, 2000 candles or 25%'],
    ['walk.random', 'Write a whole number from 0 to 20,000, or leave it empty'],
    ['walk.folds', 'Write a whole number from 1 to 100, or leave it empty'],
    ['walk.train', 'Write a length such as 90d, 36h, 2000 candles or 25%, or a date such as 2024-01-31'],
    ['walk.vary.fast.least', 'Between 2 and 200'],
    ['walk.vary.fast.most', 'Write a whole number'],
    ['walk.vary.fast.step', 'Write a number above zero'],
    ['walk.vary.average.values', 'Choose the values to try'],
  ]);
  expect(messages(walked({ vary: varied([]) }))).toEqual([['walk.vary', 'Choose at least one parameter to search over']]);
  const backwards = { ...vary, fast: { ...vary.fast!, least: '30', most: '5' } };
  expect(messages(walked({ vary: backwards }))).toEqual([['walk.vary.fast.most', 'Write what is not below the first']]);
});

it.each(['90d', '1.5 h', '2000 candles', '1 candle', '25%', '25 %', ''])('takes %s for a length', (test) => {
  expect(walkFaults(walked({ test }).walk, strategy)).toEqual([]);
});

it('counts what is tried', () => {
  const of = (names: string[], change: Partial<WalkFilled> = {}) => triedOf(walked({ vary: varied(names), ...change }).walk, strategy);
  expect(of(['fast'])).toEqual({ tried: 6, all: 6 });
  expect(of(['fast', 'slow', 'average', 'short'])).toEqual({ tried: 120, all: 120 });
  expect(of(['fast', 'slow', 'average', 'short'], { random: '7' })).toEqual({ tried: 7, all: 120 });
  expect(of(['fast'], { random: '70' })).toEqual({ tried: 6, all: 6 });
  expect(of([])).toBeNull();
  const { vary } = walked().walk;
  const stepless = (name: string, least: string, most: string) => triedOf({ ...walked().walk, vary: { [name]: { ...vary[name]!, on: true, least, most, step: '' } } }, strategy);
  expect(stepless('fast', '5', '30')).toEqual({ tried: 26, all: 26 });
  expect(stepless('band', '0.2', '3')).toEqual({ tried: 1001, all: 1001 });
  expect(stepless('fast', '5', 'x')).toBeNull();
});

it('shows what the server says of a parameter at its first field', () => {
  const problem = new Problem(422, 'bad_input', 'x', [{ field: '/walk/vary/fast', detail: 'parameter fast is 900' }, { field: '/walk/vary/average', detail: 'no' }, { field: '/walk/vary', detail: 'too many' }, { field: '/walk/folds', detail: 'too few' }]);
  const known = ['parameters.fast', ...Object.keys(walked().walk).map((name) => `walk.${name}`), ...varyFields(strategy)];
  expect(atFirstFields(placed(problem, known), strategy)).toEqual({ fields: { 'walk.vary.fast.least': '“Fast” is 900', 'walk.vary.average.values': 'No', 'walk.vary': 'Too many', 'walk.folds': 'Too few' }, rest: null });
});

it('says in a line what varies', () => {
  const walk = requestOf(walked({ vary: varied(['fast', 'band', 'average']) }), strategy, []).walk as Walk;
  expect(variedSaid(walk, parameters)).toEqual(['fast 5 to 30', 'band 0.2 % to 3 %', 'average SMA or EMA']);
  expect(variedSaid({ ...walk, vary: { gone: { values: [3, 4], least: null, most: null, step: null } } }, [])).toEqual(['gone 3 or 4']);
});
