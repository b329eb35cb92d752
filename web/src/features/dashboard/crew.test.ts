import { expect, it } from 'vitest';

import type { Bot } from '@/api/types';

import { crewShown } from './crew';

const bots = (...ids: string[]) => ids.map((id) => ({ id }) as Bot);

it('shows who runs first, each once, and no more than there is room for', () => {
  expect(crewShown(bots('m', 'z'), bots('a', 'b', 'm'), 4).map(({ id }) => id)).toEqual(['m', 'z', 'a', 'b']);
  expect(crewShown(bots('m', 'z'), bots('a', 'b', 'm'), 3).map(({ id }) => id)).toEqual(['m', 'z', 'a']);
  expect(crewShown([], bots('a', 'b'), 3).map(({ id }) => id)).toEqual(['a', 'b']);
});
