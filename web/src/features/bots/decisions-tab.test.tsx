// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { queryClient } from '@/api/query-client';
import type { Bot, Decision } from '@/api/types';
import { when } from '@/lib/time';

import { DecisionsTab } from './decisions-tab';

const MARKET_MS = 1_767_290_655_000;
const HERE_MS = 1_796_052_810_000;
const entry: Decision = { seq: 7, time_ms: MARKET_MS, here_ms: HERE_MS, kind: 'commanded', summary: 'It opens nothing, by admin', values: {}, rows: [], notes: [], grounds: [] };
const bot = { id: 'b', state: 'paused', settings: { trading_frequency_s: 0 } } as Bot;

let asked: (string | null)[] = [];
function shown(entries: Record<string, Decision[]>) {
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const kind = new URL(request.url).searchParams.get('kind');
    asked.push(kind);
    return new Response(JSON.stringify({ items: entries[kind ?? ''] ?? [], next: null }), { headers: { 'content-type': 'application/json' } });
  });
  render(
    <QueryClientProvider client={queryClient}>
      <DecisionsTab bot={bot} />
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.unstubAllGlobals();
});

it('shows the time here beside the market’s, as text that needs no pointer', async () => {
  shown({ '': [entry] });
  const row = (await screen.findByText('It opens nothing, by admin')).closest('li')!;
  expect(row.textContent).toContain(`${when(MARKET_MS)}(${when(HERE_MS)} here)`);
  expect(screen.queryByText(/pointer/)).toBeNull();
});

it('has what it was told by hand under a kind of its own, and says of each kind what is true where there is none', async () => {
  shown({ '': [entry], commanded: [entry] });
  await screen.findByText('It opens nothing, by admin');
  fireEvent.click(screen.getByRole('radio', { name: 'Halted' }));
  await screen.findByText('It was never halted');
  fireEvent.click(screen.getByRole('radio', { name: 'Filled' }));
  await screen.findByText('Nothing filled yet');
  fireEvent.click(screen.getByRole('radio', { name: 'Commanded' }));
  await screen.findByText('It opens nothing, by admin');
  expect(asked).toEqual([null, 'halted', 'filled', 'commanded']);
});
