import { expect, it } from 'vitest';

import type { Parameter } from '@/api/types';

import { bounds, matters, parameterSaid, parametersSchema, parametersSent, parametersTyped, sections } from './parameters';

const PARAMETERS: Parameter[] = [
  { name: 'levels', kind: 'integer', default: 20, least: 1, most: 500, choices: [], help: '', fraction: false, section: '', depends: {} },
  { name: 'step', kind: 'number', default: 0.01, least: 0, most: 1, choices: [], help: '', fraction: false, section: '', depends: {} },
  { name: 'spacing', kind: 'choice', default: 'arithmetic', choices: ['arithmetic', 'geometric'], help: '', fraction: false, section: '', depends: {} },
  { name: 'short', kind: 'boolean', default: false, choices: [], help: '', fraction: false, section: '', depends: {} },
];
const RULES: Parameter = { name: 'rules', kind: 'data', default: '{"RSI":{"period":14}}', choices: [], help: '', example: '{}', fraction: false, section: '', depends: {} };
const schema = parametersSchema({ parameters: PARAMETERS });
const good = { levels: '20', step: '0.01', spacing: 'arithmetic', short: false };
const faultOf = (change: object) => schema.safeParse({ ...good, ...change }).error?.issues[0]?.message;

it('fills fields with given values or defaults, numbers without exponents', () => {
  expect(parametersTyped(PARAMETERS, { step: 1e-7, short: true })).toEqual({ levels: '20', step: '0.0000001', spacing: 'arithmetic', short: true });
});

it('has fractions in percent, to the last digit', () => {
  const parts: Parameter[] = [{ name: 'step', kind: 'number', default: 0.015, least: 0.0001, most: 0.9, choices: [], help: '', fraction: true, section: '', depends: {} }];
  expect(parametersTyped(parts, {})).toEqual({ step: '1.5' });
  expect(parametersTyped(parts, { step: 1e-7 })).toEqual({ step: '0.00001' });
  expect(parametersSent(parts, { step: '0.07' })).toEqual({ step: 0.0007 });
  expect(parametersSent(parts, { step: '90' })).toEqual({ step: 0.9 });
  expect(parametersSchema({ parameters: parts }).safeParse({ step: '90.1' }).error?.issues[0]?.message).toBe('Between 0.01 % and 90 %');
  expect(parametersSchema({ parameters: parts }).safeParse({ step: '0.01' }).success).toBe(true);
  expect(parameterSaid(0.015, parts[0])).toBe('1.5 %');
});

it('says of a zero what its help says that it stands for', () => {
  const upper: Parameter = { name: 'upper', kind: 'number', default: 0, least: 0, most: 1e12, choices: [], help: 'highest line, in quote, given with lower; 0: by centre and step', fraction: false, section: '', depends: {} };
  expect(parameterSaid(0, upper)).toBe('by centre and step');
  expect(parameterSaid(64000, upper)).toBe('64000');
  expect(parameterSaid(0, { ...upper, help: 'middle line; 0 is the first close' })).toBe('the first close');
  expect(parameterSaid(0, { ...upper, help: 'a fall; 0: off', fraction: true })).toBe('off');
  expect(parameterSaid(0, { ...upper, help: 'candles to wait' })).toBe('0');
});

it('sends numbers as numbers', () => {
  expect(parametersSent(PARAMETERS, { ...good, levels: '1,000', step: '.5', short: true })).toEqual({ levels: 1000, step: 0.5, spacing: 'arithmetic', short: true });
});

it('refuses what is out of bounds, no number, no whole number, or no choice', () => {
  expect(faultOf({})).toBeUndefined();
  expect(faultOf({ levels: '501' })).toBe('Between 1 and 500');
  expect(faultOf({ levels: '2.5' })).toBe('Write a whole number');
  expect(faultOf({ step: 'much' })).toBe('“much” is not a number');
  expect(faultOf({ step: ' ' })).toBe('Write a number');
  expect(faultOf({ spacing: 'odd' })).toBe('Choose one of them');
});

it('lays data out to be read, and sends it as one line', () => {
  const typed = parametersTyped([RULES]);
  expect(typed).toEqual({ rules: '{\n  "RSI": {\n    "period": 14\n  }\n}' });
  expect(parametersSent([RULES], typed)).toEqual({ rules: RULES.default });
  expect(parametersTyped([RULES], { rules: '{' })).toEqual({ rules: '{' });
});

it('refuses data that is no JSON, or no object', () => {
  const wrong = (rules: string) => parametersSchema({ parameters: [RULES] }).safeParse({ rules }).error?.issues[0]?.message;
  expect(wrong('{"RSI": {}}')).toBeUndefined();
  expect(wrong('{"RSI": {}')).toMatch(/^This is not JSON: /);
  expect(wrong('[1]')).toBe('Write an object, from { to }');
});

it('says bounds in as few words as they need', () => {
  expect([bounds({ least: 0, most: 1e12 }), bounds({ least: 2 }), bounds({ most: 9 }), bounds({})]).toEqual(['Zero or more', 'At least 2', 'At most 9', '']);
});

const part = (name: string, otherwise: Parameter['default'], depends: Parameter['depends'] = {}, section = ''): Parameter => ({ name, kind: 'text', default: otherwise, choices: [], help: '', fraction: false, section, depends });

it('shows a parameter only while all that it depends on matters and has such a value', () => {
  const all = [part('kind', 'deals'), part('start', 'rsi', { kind: ['deals'] }), part('period', 14, { start: ['rsi'] }), part('dip', 0, { kind: ['time'] }), part('window', 50, { dip: [] }), part('sells', 1), part('second', 0.1, { sells: ['2', '3'] }), part('trail', false), part('by', 1, { trail: [] })];
  const shown = (values: Record<string, unknown>) => all.filter((one) => matters(one, all, values)).map(({ name }) => name);
  expect(shown({})).toEqual(['kind', 'start', 'period', 'sells', 'trail']);
  expect(shown({ kind: 'time', dip: '0.020', sells: '2.0', trail: true })).toEqual(['kind', 'dip', 'window', 'sells', 'second', 'trail', 'by']);
  expect(shown({ start: 'at_once', dip: '0,', sells: '3' })).toEqual(['kind', 'start', 'sells', 'second', 'trail']);
});

it('puts parameters under their headings, those without one first', () => {
  const all = [part('a', 1, {}, 'Second'), part('b', 1), part('c', 1, {}, 'Third'), part('d', 1, {}, 'Second')];
  const found = sections(all, ({ name }) => name !== 'c').map(({ title, parameters }) => [title, parameters.map(({ name }) => name)]);
  expect(found).toEqual([['', ['b']], ['Second', ['a', 'd']]]);
});

it('takes a symbol that may be left out, and hides what depends on it until it is there', () => {
  const all: Parameter[] = [part('filter_symbol', ''), part('filter_trend', 200, { filter_symbol: [] })];
  const shown = (value: string) => all.filter((one) => matters(one, all, { filter_symbol: value })).map(({ name }) => name);
  expect(shown('')).toEqual(['filter_symbol']);
  expect(shown(' ')).toEqual(['filter_symbol']);
  expect(shown('BTC/USDT')).toEqual(['filter_symbol', 'filter_trend']);
  const [symbol] = all;
  expect(parametersSchema({ parameters: all.slice(0, 1) }).safeParse({ filter_symbol: '' }).success).toBe(true);
  expect(parametersSent(all.slice(0, 1), { filter_symbol: 'BTC/USDT' })).toEqual({ filter_symbol: 'BTC/USDT' });
  expect(parameterSaid('', symbol)).toBe('none');
  expect(parameterSaid('BTC/USDT', symbol)).toBe('BTC/USDT');
});
