import { expect, it } from 'vitest';

import { nextOf } from './next';

it('goes back to where somebody came from, and only within the application', () => {
  expect(nextOf('/bots?state=halted')).toBe('/bots?state=halted');
  for (const elsewhere of [null, '', 'https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '/sign-in?next=/sign-in', 'javascript:1']) {
    expect(nextOf(elsewhere)).toBe('/');
  }
});
