import { expect, it } from 'vitest';

import type { Parameter } from '@/api/types';

import { bounds, parametersSchema, parametersSent, parametersTyped } from './parameters';

const PARAMETERS: Parameter[] = [
  { name: 'levels', kind: 'integer', default: 20, least: 1, most: 500, choices: [], help: '' },
  { name: 'step', kind: 'number', default: 0.01, least: 0, most: 1, choices: [], help: '' },
  { name: 'spacing', kind: 'choice', default: 'arithmetic', choices: ['arithmetic', 'geometric'], help: '' },
  { name: 'short', kind: 'boolean', default: false, choices: [], help: '' },
];
const RULES: Parameter = { name: 'rules', kind: 'data', default: '{"RSI":{"period":14}}', choices: [], help: '', example: '{}' };
const schema = parametersSchema({ parameters: PARAMETERS });
const good = { levels: '20', step: '0.01', spacing: 'arithmetic', short: false };
const faultOf = (change: object) => schema.safeParse({ ...good, ...change }).error?.issues[0]?.message;

it('fills fields with given values or defaults, numbers without exponents', () => {
  expect(parametersTyped(PARAMETERS, { step: 1e-7, short: true })).toEqual({ levels: '20', step: '0.0000001', spacing: 'arithmetic', short: true });
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
