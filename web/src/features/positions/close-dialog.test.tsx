// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';

import type { Position } from '@/api/types';

import { CloseDialog } from './close-dialog';

const held = { bot_id: 'b1', bot_name: 'ladder', symbol: 'BTC/USDT', qty: '0.5', value: '30000', unrealized: '-12' } as unknown as Position;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says in the dialog why a position was not closed, and asks again as often as wanted', async () => {
  const answers = [
    { title: 'no', status: 409, code: 'nothing_held', detail: 'bot ladder holds nothing any more' },
    { title: 'no', status: 409, code: 'halted', detail: 'bot ladder is closing it already' },
  ];
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(answers.shift()), { status: 409, headers: { 'content-type': 'application/problem+json' } })));
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CloseDialog position={held} onClose={onClose} />
    </QueryClientProvider>,
  );
  const person = userEvent.setup();
  const sell = screen.getByRole('button', { name: 'Sell by the market' });
  await person.click(sell);
  await waitFor(() => expect(screen.getByText('Bot ladder holds nothing any more')).toBeTruthy());
  await person.click(sell);
  await waitFor(() => expect(screen.getByText('Bot ladder is closing it already')).toBeTruthy());
  expect(screen.queryByText('Bot ladder holds nothing any more')).toBeNull();
  expect(onClose).not.toHaveBeenCalled();
});
