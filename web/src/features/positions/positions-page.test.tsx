// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import { positionList } from '@/api/trading';
import type { Position } from '@/api/types';

import { PositionsPage } from './positions-page';

const held = {
  bot_id: 'b', bot_name: 'trend', environment: 'sandbox', symbol: 'BTC/USDT', qty: '0.5', avg_price: '100', cost: '50', price: '110', price_ms: 1_767_305_295_000, value: '55',
  unrealized: '5', realized: '-1.5', fees: '0.1', least: null, rest: false, put_away: false, dust: '0', time_ms: 1_767_305_000_001,
} as Position;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(items: Position[], total: number, address = '/positions') {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal('fetch', () => Promise.reject(new Error('nobody is asked')));
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  const asked = address.includes('all') ? { limit: 1000 } : { limit: 1000, open: true };
  cache.setQueryData(positionList(asked).queryKey, { items, total, limit: 1000, offset: 0 });
  render(
    <QueryClientProvider client={cache}>
      <MemoryRouter initialEntries={[address]}>
        <PositionsPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

it('says where a list is longer than what it shows and sums', () => {
  show([held], 1234);
  expect(screen.getByText(/first 1 of 1,234 positions/).textContent).toContain('in figures and CSV too');
  cleanup();
  show([held], 1);
  expect(screen.queryByText(/positions, in figures/)).toBeNull();
});

it('offers to close only what somebody could close', () => {
  show([held, { ...held, bot_id: 'c', bot_name: 'old', put_away: true }], 2, '/positions?show=all');
  expect(screen.getAllByRole('button', { name: /^Close BTC/ }).map((one) => one.getAttribute('aria-label'))).toEqual(['Close BTC/USDT of trend']);
  expect(screen.getByText('Its bot was put away')).toBeTruthy();
});
