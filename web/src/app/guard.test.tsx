// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { enter, leave, useSession } from '@/lib/session';

import { Guard } from './guard';

const asked = vi.fn(() => Promise.resolve(new Response('{}', { status: 401 })));

beforeEach(() => {
  vi.stubGlobal('fetch', asked);
  asked.mockClear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function visit() {
  useSession.setState({ state: 'unknown' });
  render(
    <MemoryRouter initialEntries={['/bots']}>
      <Routes>
        <Route element={<Guard />}>
          <Route path="/bots" element={<p>inside</p>} />
        </Route>
        <Route path="/sign-in" element={<p>sign in</p>} />
      </Routes>
    </MemoryRouter>,
  );
}

it('asks nothing of the server at a first visit: there is no cookie to be refused', async () => {
  leave();
  visit();
  await screen.findByText('sign in');
  expect(asked).not.toHaveBeenCalled();
});

it('tries the cookie of whoever came in before', async () => {
  enter('token', 'admin', 600);
  visit();
  await screen.findByText('sign in');
  expect(asked).toHaveBeenCalledTimes(1);
});
