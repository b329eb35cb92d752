// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Bot } from '@/api/types';

import { BotFigures } from './bot-figures';

const BOT = {
  id: 'one', name: 'one', quote: 'USDT', settings: { capital: '1000' }, equity: '990', profit: '-10', profit_fraction: -0.01, today: '0', realized: '-10',
  unrealized: '0', fees: '2.5', round_trips: 0, won: 0, trip_profit: '0', left_over: null, charged: null, state: 'running', valued_ms: 1_700_000_000_000,
} as unknown as Bot;

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items: [], points: [], capital: '1000', total: 0 }), { headers: { 'content-type': 'application/json' } }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const shown = (bot: Bot) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <BotFigures bot={bot} />
    </QueryClientProvider>,
  );

it('says what holding cost so far, where anything is charged for it', () => {
  shown({ ...BOT, charged: '7.25' });
  expect(screen.getByText('Charged for holding').closest('div')?.textContent).toBe('Charged for holding7.25');
});

it('says nothing of it elsewhere', () => {
  shown(BOT);
  expect(screen.queryByText('Charged for holding')).toBeNull();
  expect(screen.getByText('Fees').closest('div')?.textContent).toBe('Fees2.50');
});

it('says of when the price is that a bot which does not run is valued at, as long as it holds something', () => {
  shown({ ...BOT, state: 'stopped' });
  expect(screen.getByText(/valued at the last close that is known, of/).textContent).toMatch(/Nov|2023/);
  cleanup();
  shown({ ...BOT, state: 'stopped', valued_ms: null });
  shown({ ...BOT, state: 'paused' });
  shown(BOT);
  expect(screen.queryByText(/valued at the last close/)).toBeNull();
});

it('says why nobody knows what a bot that does not run made today', () => {
  shown({ ...BOT, state: 'stopped', today: null });
  expect(screen.getByText(/made today is not known/).textContent).toContain('was not recorded as the day began');
  cleanup();
  shown({ ...BOT, state: 'stopped' });
  expect(screen.queryByText(/made today is not known/)).toBeNull();
});

it('parts what it realised into what round trips made and what came of coins that they left over', () => {
  shown({ ...BOT, realized: '-11', trip_profit: '-9.01', left_over: '-1.99' });
  expect(screen.getByText('Made by round trips').closest('div')?.textContent).toBe('Made by round trips−9.01');
  expect(screen.getByText('Made by what they left over').closest('div')?.textContent).toBe('Made by what they left over−1.99');
  cleanup();
  shown({ ...BOT, left_over: '0' });
  expect(screen.queryByText('Made by what they left over')).toBeNull();
});
