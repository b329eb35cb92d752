import { expect, it } from 'vitest';

import { exitsSent, exitsTyped, rowNames } from './exits';
import { rungsSchema, rungsTyped, type Rung } from './ladder';
import { asTyped } from './said';

const said = (rungs: Rung[]) => rungsSchema.safeParse(rungs).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];

it('shows again what was sent, and what is left of the last is not made a number', () => {
  const exits = { stop_loss: '0.1', take_profit_1: '0.02', take_profit_share_1: '0.5', take_profit_2: '0.05' };
  expect(rungsTyped(exits)).toEqual([
    { gain: '2', share: '50' },
    { gain: '5', share: '' },
  ]);
  expect(exitsSent(exitsTyped(exits), exits)).toEqual(exits);
  expect(rungsTyped({ take_profit_1: '0', take_profit_share_1: '0.0' })).toEqual([]);
});

it('numbers the rows anew when one was taken away, and keeps no share of one that is gone', () => {
  const before = { take_profit_1: '0.02', take_profit_share_1: '0.5', take_profit_2: '0.05', take_profit_share_2: '0.25' };
  expect(exitsSent({ ...exitsTyped({}), rungs: rungsTyped(before).slice(1) }, before)).toEqual({ take_profit_1: '0.05', take_profit_share_1: '0.25' });
  expect(exitsSent(exitsTyped({}), before)).toEqual({});
});

it('says beside its field what is wrong with a row', () => {
  expect(said([{ gain: '2', share: '50' }, { gain: '5', share: '' }])).toEqual([]);
  expect(said([{ gain: '', share: '' }, { gain: '0', share: '101' }])).toEqual([
    ['0.gain', 'Write a gain'],
    ['1.gain', 'Write a number above zero'],
    ['0.share', 'Write which part is sold there; only the last may be empty'],
    ['1.share', 'Write a part above 0 % and at most 100 %'],
  ]);
  expect(said([{ gain: '2', share: '100' }, { gain: '5', share: '' }])).toEqual([['1.share', 'The targets before it sell all; make a share smaller']]);
  expect(said([{ gain: '2', share: 'half' }])).toEqual([['0.share', '“half” is not a number']]);
});

it('tells a refusal of a row in its words', () => {
  const known = rowNames({ falls: [], rungs: [{ gain: '5', share: '80' }, { gain: '2', share: '80' }] });
  expect(asTyped('exit take_profit_2 is 0.02 (2 %), not above take_profit_1, 0.05 (5 %); a target is farther than the one before it', known)).toBe(
    '“Second target” is 2 %, not above “First target”, 5 %; a target is farther than the one before it',
  );
  expect(asTyped('exit take_profit_share_2 brings the shares of the targets to 1.6 (160 %)', known)).toBe('“Share sold at the second target” brings the shares of the targets to 160 %');
});
