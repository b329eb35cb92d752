// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Account } from '@/api/types';

import { KeyDialog } from './key-dialog';

const account = { id: 'a1', name: 'main', key: null } as unknown as Account;
let sent: unknown[];
let closed: boolean;

/** What stands under a field about what is wrong with it, by the tie that a screen reader follows. */
const wrongWith = (label: string) => {
  const field = screen.getByLabelText(label);
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  return field.getAttribute('aria-invalid') === 'true' ? (document.getElementById(ids[0]!)?.textContent ?? '') : '';
};

beforeEach(() => {
  sent = [];
  closed = false;
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.json());
    const problem = { title: 'refused', status: 422, code: 'key_refused', detail: 'this key may withdraw', field: '/api_key' };
    return new Response(JSON.stringify(problem), { status: 422, headers: { 'content-type': 'application/problem+json' } });
  });
  const cache = new QueryClient({ defaultOptions: { mutations: { retry: false } } });
  render(
    <QueryClientProvider client={cache}>
      <KeyDialog account={account} onClose={() => (closed = true)} />
    </QueryClientProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('tells each missing or wrong field beside it, and sends nothing', async () => {
  const person = userEvent.setup();
  await person.type(screen.getByLabelText(/^Largest order/), 'a lot');
  await person.click(screen.getByRole('button', { name: 'Seal the key' }));
  await waitFor(() => expect(wrongWith('API key')).toBe('Paste the API key'));
  expect(wrongWith('Name')).toBe('Give the key a name');
  expect(wrongWith('Secret')).toBe('Paste the secret');
  expect(screen.getByText('Write a number, or leave it empty')).toBeTruthy();
  expect(sent).toEqual([]);
});

it('puts what the server refuses beside the field it names, and stays open with what was typed', async () => {
  const person = userEvent.setup();
  for (const [label, text] of [['Name', 'trading'], ['API key', 'k-1'], ['Secret', 's-1']] as const) await person.type(screen.getByLabelText(label), text);
  await person.click(screen.getByRole('button', { name: 'Seal the key' }));
  await waitFor(() => expect(wrongWith('API key')).toBe('This key may withdraw'));
  expect(sent).toEqual([{ name: 'trading', api_key: 'k-1', secret: 's-1', most_notional: null, symbols: [] }]);
  expect(closed).toBe(false);
  expect((screen.getByLabelText('Secret') as HTMLInputElement).value).toBe('s-1');
});
