// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import { FleetCard } from '@/features/dashboard/fleet-card';

import { FleetFigures } from './fleet-figures';

const kind = (environment: string, quote: string, equity: string) => ({ environment, quote, bots: 1, equity, today: '1', profit: '2' });
const PAPER = kind('paper', 'USDT', '991.6');
const SANDBOX = { ...kind('sandbox', 'USDT', '50700'), bots: 5 };

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function shown(what: React.ReactNode, money: object[]) {
  const summary = { money, bots: { running: 6 }, open_positions: 3, working_orders: 7, attention: [], halted: null };
  vi.stubGlobal('fetch', async ({ url }: Request) => new Response(JSON.stringify(url.includes('/summary') ? summary : { points: [], capital: '0' }), { headers: { 'content-type': 'application/json' } }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>{what}</MemoryRouter>
    </QueryClientProvider>,
  );
}

it('goes on showing what the others are worth once one bot has another kind of money', async () => {
  shown(<FleetFigures />, [PAPER, SANDBOX]);
  await screen.findByText('991.60');
  expect(screen.getByText('50,700.00')).toBeDefined();
  expect(screen.getByText('Paper, USDT')).toBeDefined();
  expect(screen.getByText('Sandbox, USDT')).toBeDefined();
});

it('names how many kinds have no room', async () => {
  shown(<FleetFigures />, [kind('live', 'USDT', '1'), kind('live', 'EUR', '2'), PAPER, SANDBOX, kind('sandbox', 'BTC', '3')]);
  expect((await screen.findByText('and 2 more')).getAttribute('href')).toBe('/');
});

it('has a row of figures for each kind on the dashboard, whichever its curve is of', async () => {
  shown(<FleetCard />, [PAPER, SANDBOX]);
  await screen.findByText('of 1 paper bot');
  expect(screen.getByText('of 5 sandbox bots')).toBeDefined();
  expect([screen.getByText('991.60'), screen.getByText('50,700.00')]).toHaveLength(2);
});
