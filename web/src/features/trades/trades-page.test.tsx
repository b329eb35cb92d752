// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, useLocation } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Fill } from '@/api/types';

import { TradesPage } from './trades-page';

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => {}, removeEventListener: () => {} }));
  // 120 trades, 50 on a page, of which two are enough here; the place of each is its id.
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.endsWith('/fills')) return Response.json({ items: [], total: 0, limit: 500, offset: 0 });
    asked.push(searchParams);
    const begin = Number(searchParams.get('after') ?? 0);
    const items = [trade(begin + 1), trade(begin + 2)];
    return Response.json({ items, total: 120, limit: 50, offset: 0, next: begin + 50 < 120 ? String(begin + 50) : null });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const trade = (n: number) =>
  ({ id: String(n), bot_id: 'a', bot_name: `bot ${n}`, symbol: 'BTC/USDT', side: 'buy', qty: '1', price: '2', fee: '0', fee_asset: 'USDT', realized: '0', liquidity: 'maker', reason: 'grid', kind: 'venue', time_ms: n }) as Fill;

const Address = () => <output>{useLocation().search}</output>;

function open(address: string) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter initialEntries={[address]}>
        <TradesPage />
        <Address />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

const address = () => screen.getByRole('status').textContent;
const turn = (name: string) => userEvent.click(screen.getByRole('button', { name }));

it('leafs by the place where each page begins, which the address keeps', async () => {
  open('/trades?side=buy');
  await screen.findByText('1–50 of 120');
  await turn('Next page');
  await screen.findByText('51–100 of 120');
  await screen.findByText('bot 51');
  await turn('Next page');
  await screen.findByText('101–120 of 120');
  expect(address()).toBe('?side=buy&page=3&after=100');
  await turn('Previous page');
  await screen.findByText('51–100 of 120');
  await turn('Previous page');
  await screen.findByText('1–50 of 120');
  expect(address()).toBe('?side=buy');
  expect(asked.map((one) => [one.get('after'), one.get('offset'), one.get('side')]).slice(0, 3)).toEqual([[null, null, 'buy'], ['50', null, 'buy'], ['100', null, 'buy']]);
});

it('opens a kept place, and goes back to the first page from it', async () => {
  open('/trades?page=3&after=100');
  await screen.findByText('101–120 of 120');
  await turn('Previous page');
  await screen.findByText('1–50 of 120');
});

it('shows the first page for an address that has a number and no place', async () => {
  open('/trades?page=3');
  await screen.findByText('1–50 of 120');
});

it('keeps a span of time in the address so that it is the same in another zone', async () => {
  vi.stubEnv('TZ', 'America/New_York');
  open('/trades');
  await screen.findByText('1–50 of 120');
  fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-30T12:05' } });
  expect(address()).toBe('?from=2026-11-30T17%3A05Z');
  expect(screen.getByLabelText('From')).toHaveProperty('value', '2026-11-30T12:05');
  cleanup();
  vi.stubEnv('TZ', 'Asia/Kolkata');
  open('/trades?from=2026-11-30T17%3A05Z&to=2026-11-30T23:00');
  await screen.findByText('1–50 of 120');
  expect(screen.getByLabelText('From')).toHaveProperty('value', '2026-11-30T22:35');
  expect(asked.at(-1)?.get('from_ms')).toBe(String(Date.UTC(2026, 10, 30, 17, 5)));
  // One of before has no zone: it is read as that of who opens it.
  expect(asked.at(-1)?.get('to_ms')).toBe(String(Date.UTC(2026, 10, 30, 17, 30)));
  await userEvent.click(screen.getByRole('button', { name: /Clear/ }));
  expect(screen.getByLabelText('From')).toHaveProperty('value', '');
});
