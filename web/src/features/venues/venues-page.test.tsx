// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Account } from '@/api/types';

import { VenuesPage } from './venues-page';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const account = (name: string, charged: Record<string, string>) =>
  ({
    id: name, name, venue: 'binance', environment: 'paper', key: null, ready: true, bots: 1, created_ms: 1, source: 'live',
    paper: { market: 'live', start: { USDT: '1000' }, balances: { USDT: '990' }, charged, maker_fee: '0', taker_fee: '0', slippage_bps: '0' },
  }) as Account;

async function shown(charged: Record<string, string>): Promise<void> {
  const items = [account('play', charged)];
  vi.stubGlobal('fetch', async () => Response.json({ items, total: 1, limit: 100, offset: 0 }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <VenuesPage />
    </QueryClientProvider>,
  );
  await screen.findByText('990');
}

it('says beside the balance what holding has cost, which is not in it', async () => {
  await shown({ USDT: '7.25', USDC: '-1.5' });
  expect(screen.getByText('Holding has cost its bots 7.25 USDT. That is in their profit and not in the balance.')).toBeTruthy();
  expect(screen.getByText('Holding has brought its bots 1.50 USDC. That is in their profit and not in the balance.')).toBeTruthy();
});

it('says nothing of it where nothing was charged', async () => {
  await shown({ USDT: '0' });
  expect(screen.queryByText(/Holding/)).toBeNull();
});
