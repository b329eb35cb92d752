// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { SignInPage } from '@/features/auth/sign-in-page';
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

function visit(path = '/bots') {
  useSession.setState({ state: 'unknown' });
  render(
    <MemoryRouter initialEntries={[path]}>
      <Routes>
        <Route element={<Guard />}>
          <Route path="/bots" element={<p>inside</p>} />
        </Route>
        <Route path="/sign-in" element={<p>sign in</p>} />
        <Route path="/form" element={<SignInPage />} />
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

it('asks nothing at a first visit of the form itself either', async () => {
  leave();
  visit('/form');
  await screen.findByText('Welcome aboard');
  expect(asked).not.toHaveBeenCalled();
  cleanup();
  enter('token', 'admin', 600);
  visit('/form');
  await screen.findByText('Welcome aboard');
  expect(asked).toHaveBeenCalledTimes(1);
});

it('tries the cookie of whoever came in before', async () => {
  enter('token', 'admin', 600);
  visit();
  await screen.findByText('sign in');
  expect(asked).toHaveBeenCalledTimes(1);
});
