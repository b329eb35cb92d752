// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Bot, RoundTrip } from '@/api/types';

import { RoundTripsTab } from './round-trips-tab';

const trip = (number: number): RoundTrip => ({
  bot_id: 'one', bot_name: 'one', symbol: 'BTC/USDT', direction: 1, qty: '1', entry_ms: number, exit_ms: number + 1, entry_price: String(number), exit_price: '1',
  profit: '1', profit_fraction: 0.01, fees: '0', exit_reason: 'target',
});
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    const query = new URL(url).searchParams;
    asked.push(query.toString());
    // Forty more end before the second page is asked for; it goes on after the fiftieth that was seen all the same.
    const [items, next, total] = query.get('after') === 'the fiftieth' ? [[trip(50)], null, 91] : [[trip(100), trip(51)], 'the fiftieth', 51];
    return new Response(JSON.stringify({ items, next, total, limit: 50, offset: 0 }), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('has no profit of a trip that is open, unless a part of it was sold', async () => {
  const open = { exit_ms: null, exit_price: null, exit_reason: null, profit_fraction: 0 };
  const items = [{ ...trip(4), ...open, profit: '0' }, { ...trip(3), ...open, profit: '-0.001' }, { ...trip(2), ...open, profit: '7.5', profit_fraction: 0.02 }, { ...trip(1), profit: '0' }];
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items, next: null, total: 4, limit: 50, offset: 0 }), { headers: { 'content-type': 'application/json' } }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RoundTripsTab bot={{ id: 'one' } as Bot} />
    </QueryClientProvider>,
  );
  await screen.findByRole('table');
  const profits = screen.getAllByRole('row').slice(1).map((row) => row.querySelectorAll('td')[6]?.textContent.replace(/\s/g, ' '));
  expect(profits).toEqual(['–', '–', '+7.50(+2.00 %)', '0.00(+1.00 %)']);
});

it('goes on after the last trip that was seen, and back to where it came from', async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RoundTripsTab bot={{ id: 'one' } as Bot} />
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Next page' }));
  expect(await screen.findByText('51–91 of 91')).toBeTruthy();
  expect(asked).toEqual(['bot_id=one&limit=50', 'bot_id=one&limit=50&after=the+fiftieth']);
  // Ninety-one are no reason for a third page: the list says that none follows.
  expect(screen.getByRole('button', { name: 'Next page' }).hasAttribute('disabled')).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'Previous page' }));
  expect(await screen.findByText('1–50 of 51')).toBeTruthy();
});
