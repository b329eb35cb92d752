// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { BotsPage } from './bots-page';

const bot = (name: string, profit: string | null) => ({
  id: name, name, state: 'stopped', blocked: null, quote: 'USDT', equity: profit && '1000', profit, profit_fraction: null, today: profit, trip_profit: '0', round_trips: 0, won: 0, sparkline: [],
  account: { environment: 'sandbox' }, settings: { strategy: 'grid', symbols: ['BTC/USDT'], capital: '1000' },
});

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    const items = url.includes('/bots') ? [bot('a-lost', '-5'), bot('b-fresh', null), bot('c-won', '12'), bot('d-won', '3')] : [];
    return new Response(JSON.stringify({ items, total: items.length, limit: 500, offset: 0 }), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('sorts by profit with those last that have none yet, whichever way', async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <BotsPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await screen.findByRole('link', { name: 'a-lost' });
  const names = () => screen.getAllByRole('link').map((link) => link.textContent).filter((name) => name?.includes('-'));
  const head = screen.getByRole('button', { name: 'Profit' });
  await userEvent.click(head);
  const one = names();
  await userEvent.click(head);
  expect([one, names()].sort()).toEqual([
    ['a-lost', 'd-won', 'c-won', 'b-fresh'],
    ['c-won', 'd-won', 'a-lost', 'b-fresh'],
  ]);
});
