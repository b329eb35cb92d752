import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Strategy } from '@/api/types';

import { draftOf, dropDraft, keepDraft } from './draft';
import { freshValues } from './values';

const grid = { name: 'grid', parameters: [{ name: 'levels', kind: 'integer', default: 10 }, { name: 'later', kind: 'integer', default: 3 }] } as unknown as Strategy;
const begin = freshValues(grid, 'main');

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => kept.set(name, text), removeItem: (name: string) => kept.delete(name) });
});
afterEach(() => vi.unstubAllGlobals());

it('gives back what was typed, with what a newer version has besides', () => {
  keepDraft('new', { values: { ...begin, name: 'half-done', parameters: { levels: '7' } }, furthest: 3 });
  expect(draftOf('new', begin, [grid])).toEqual({ values: { ...begin, name: 'half-done', parameters: { levels: '7', later: '3' } }, furthest: 3 });
  expect(draftOf('another', begin, [grid])).toBeNull();
  dropDraft('new');
  expect(draftOf('new', begin, [grid])).toBeNull();
});

it('begins anew where the kind is gone, or what was kept cannot be read', () => {
  keepDraft('new', { values: { ...begin, strategy: 'gone' }, furthest: 3 });
  expect(draftOf('new', begin, [grid])).toBeNull();
  sessionStorage.setItem('botswain-draft-new', '{"values":');
  expect(draftOf('new', begin, [grid])).toBeNull();
});

it('goes on where nothing may be kept', () => {
  vi.stubGlobal('sessionStorage', undefined);
  keepDraft('new', { values: begin, furthest: 0 });
  dropDraft('new');
  expect(draftOf('new', begin, [grid])).toBeNull();
});
