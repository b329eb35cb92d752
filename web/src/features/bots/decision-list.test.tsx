// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import type { Decision } from '@/api/types';

import { DecisionList } from './decision-list';

afterEach(cleanup);

const entry = (seq: number): Decision => ({ seq, time_ms: seq * 60_000, kind: 'decided', summary: `It saw ${seq}`, values: { 'BTC/USDT': { rsi: seq } }, rows: [], notes: [], grounds: [] });

it('folds quiet candles under the newest, each still there to be opened, and leaves open what is read', () => {
  const { rerender } = render(<DecisionList entries={[entry(3), entry(2), entry(1)]} what="candle" />);
  const run = screen.getByText(/and 2 quiet candles like it/).closest('details')!;
  expect(run.open).toBe(false);
  expect([...run.querySelectorAll('details')].map((one) => one.querySelector('summary')?.textContent)).toEqual([expect.stringContaining('It saw 2'), expect.stringContaining('It saw 1')]);

  const newest = screen.getByText('It saw 3').closest('details')!;
  newest.open = true;
  fireEvent(newest, new Event('toggle'));
  rerender(<DecisionList entries={[entry(5), entry(4), entry(3), entry(2), entry(1)]} what="candle" />);
  expect(screen.getByText('It saw 3').closest('details')).toBe(newest);
  expect(screen.getByText(/and 1 quiet candle like it/)).toBeDefined();
});

it('folds candles that it missed under the newest of them', () => {
  const missed = (seq: number): Decision => ({ ...entry(seq), kind: 'missed', summary: `Was away at ${seq}` });
  render(<DecisionList entries={[missed(3), missed(2), missed(1)]} what="candle" />);
  const run = screen.getByText(/and away 2 more times before/).closest('details')!;
  expect(run.textContent).toContain('Was away at 1');
});
