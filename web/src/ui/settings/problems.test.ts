import { expect, it } from 'vitest';

import { offline, Problem, problemOf } from '@/api/problem';

import { placed } from './problems';

const KNOWN = ['name', 'parameters.levels', 'symbols'];

it('puts each refusal beside its field and what is left above the form', () => {
  const problem = problemOf(422, {
    type: 'about:blank',
    title: 'Not valid',
    status: 422,
    detail: 'two things',
    code: 'bad_settings',
    errors: [
      { field: '/parameters/levels', detail: 'write 1 to 500' },
      { field: '/parameters/levels', detail: 'and a wider step' },
      { field: '/unheard', detail: 'elsewhere' },
    ],
  });
  expect(placed(problem, KNOWN)).toEqual({ fields: { 'parameters.levels': 'Write 1 to 500. And a wider step' }, rest: 'Elsewhere' });
});

it('says parts and settings as the form has them', () => {
  const problem = problemOf(422, { title: 'Not valid', status: 422, detail: 'parameter levels is 9 and step is 0.02 (2 %)', code: 'bad_settings', field: '/parameters/levels' });
  expect(placed(problem, KNOWN).fields).toEqual({ 'parameters.levels': '“Levels” is 9 and step is 2 %' });
});

it('takes the one field of a problem without a list', () => {
  const problem = problemOf(409, { title: 'Taken', status: 409, detail: 'there is one already', code: 'name_taken', field: '/name' });
  expect(placed(problem, KNOWN)).toEqual({ fields: { name: 'There is one already' }, rest: null });
});

it('says above the form what concerns no field', () => {
  expect(placed(new Problem(409, 'not_stopped', 'Stop it first.'), KNOWN).rest).toBe('Stop it first.');
  expect(placed(offline(), KNOWN).rest).toMatch(/cannot be reached/);
  expect(placed(null, KNOWN)).toEqual({ fields: {}, rest: null });
});

it('makes something readable of an answer that is no problem', () => {
  expect(problemOf(502, null).message).toMatch(/could not answer/);
  expect(problemOf(418, 'teapot').message).toMatch(/418/);
});
