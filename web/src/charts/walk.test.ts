import { expect, it } from 'vitest';

import { walked, walkOf } from './walk';

const key = (name: string, more = {}) => walkOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...more });

it('knows its keys and leaves the others, and those of the browser, alone', () => {
  expect(['ArrowLeft', 'PageDown', 'Home', '=', '-'].map((name) => key(name))).toEqual(['earlier', 'page-later', 'oldest', 'closer', 'wider']);
  expect(key('Tab')).toBeNull();
  expect(key('ArrowUp')).toBeNull();
  expect(key('+', { ctrlKey: true })).toBeNull();
  expect(key('ArrowLeft', { altKey: true })).toBeNull();
});

it('goes along by a tenth or by most of what is seen, and keeps how much that is', () => {
  const view = { from: 340, to: 504 };
  expect(walked('earlier', view, 500)).toEqual({ from: 324, to: 488 });
  expect(walked('page-earlier', { from: 340, to: 500 }, 500)).toEqual({ from: 196, to: 356 });
  expect(walked('later', { from: 100, to: 264 }, 500)).toEqual({ from: 116, to: 280 });
});

it('stops at both ends', () => {
  expect(walked('page-earlier', { from: 30, to: 194 }, 500)).toEqual({ from: 0, to: 164 });
  expect(walked('oldest', { from: 340, to: 504 }, 500)).toEqual({ from: 0, to: 164 });
  expect(walked('page-later', { from: 330, to: 494 }, 500)).toEqual({ from: 340, to: 504 });
  expect(walked('newest', { from: 0, to: 164 }, 500)).toEqual({ from: 340, to: 504 });
});

it('comes closer to the right end of what is seen, and wider up to all that is there', () => {
  expect(walked('closer', { from: 340, to: 500 }, 500)).toEqual({ from: 380, to: 500 });
  expect(walked('closer', { from: 488, to: 500 }, 500)).toEqual({ from: 488, to: 500 });
  expect(walked('wider', { from: 380, to: 500 }, 500)).toEqual({ from: 340, to: 500 });
  expect(walked('wider', { from: 0, to: 120 }, 500)).toEqual({ from: 0, to: 160 });
  expect(walked('wider', { from: 0, to: 504 }, 500)).toEqual({ from: 0, to: 504 });
});

it('shows few candles whole wherever it is asked to go', () => {
  const view = { from: -156, to: 8 };
  for (const walk of ['earlier', 'later', 'oldest', 'newest', 'page-earlier'] as const) expect(walked(walk, view, 4)).toEqual(view);
});
