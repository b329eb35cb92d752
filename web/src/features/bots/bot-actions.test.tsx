// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it } from 'vitest';

import type { Bot } from '@/api/types';

import { BotActions } from './bot-actions';

afterEach(cleanup);

async function flatten(held: Pick<Bot, 'open_positions' | 'rests' | 'unrealized'>): Promise<HTMLElement> {
  const bot = { id: 'a', name: 'ladder', state: 'running', account: { environment: 'sandbox' }, halt: null, settings: { on_stop: 'leave' }, ...held } as Bot;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <BotActions bot={bot} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'More actions' }));
  return screen.findByRole('menuitem', { name: /Flatten/ });
}

it('offers to sell what a bot holds', async () => {
  const item = await flatten({ open_positions: 1, rests: 1, unrealized: '4' });
  expect([item.textContent, item.hasAttribute('data-disabled')]).toEqual(['Flatten: sell what it holds', false]);
});

it('does not offer to sell dust, which nobody can, and says so', async () => {
  const item = await flatten({ open_positions: 0, rests: 1, unrealized: '-0.02' });
  expect([item.textContent, item.hasAttribute('data-disabled')]).toEqual(['Flatten: it holds dust alone', true]);
});

it('does not offer to sell nothing', async () => {
  expect((await flatten({ open_positions: 0, rests: 0, unrealized: '0' })).textContent).toBe('Flatten: it holds nothing');
});
