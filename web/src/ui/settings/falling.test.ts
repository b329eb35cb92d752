import { expect, it } from 'vitest';

import { exitsSent, exitsTyped } from './exits';
import { fallsSchema, fallsTyped, type Fall } from './falling';
import { asTyped } from './said';

const said = (falls: Fall[]) => fallsSchema.safeParse(falls).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];

it('shows again what was sent, the youngest first, and a gain of 0 is sent', () => {
  const exits = { roi_120: '0', take_profit: '0.04', roi_30: '0.025' };
  expect(fallsTyped(exits)).toEqual([
    { minutes: '30', gain: '2.5' },
    { minutes: '120', gain: '0' },
  ]);
  expect(exitsSent(exitsTyped(exits), exits)).toEqual(exits);
});

it('forgets a row that was taken away, and carries what has no field', () => {
  expect(exitsSent(exitsTyped({}), { roi_30: '0.02', news: '1' })).toEqual({ news: '1' });
});

it('says beside its field what is wrong with a row', () => {
  expect(said([{ minutes: '30', gain: '0' }])).toEqual([]);
  expect(said([{ minutes: '', gain: '' }])).toEqual([
    ['0.minutes', 'Write an age in minutes'],
    ['0.gain', 'Write a gain; 0 is the entry price'],
  ]);
  expect(said([{ minutes: '0', gain: 'much' }, { minutes: '1.5', gain: '-1' }]).map(([path]) => path)).toEqual(['0.minutes', '0.gain', '1.minutes', '1.gain']);
  expect(said([{ minutes: '30', gain: '2' }, { minutes: ' 30', gain: '1' }])).toEqual([['1.minutes', 'There is a row of this age already']]);
});

it('tells a refusal of a row in its words', () => {
  const known = ['exits.take_profit', 'exits.roi_30'];
  const detail = 'exit roi_30 is 0.05 (5 %) and take_profit, which holds before it, 0.04 (4 %): a target falls as a position grows older; write a smaller one';
  expect(asTyped(detail, known)).toBe('The gain from 30 min is 5 % and “Take-profit”, which holds before it, 4 %: a target falls as a position grows older; write a smaller one');
});
