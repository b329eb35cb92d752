// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, it } from 'vitest';

import { Problem } from '@/api/problem';

import { LoadedPage } from './loaded-page';

afterEach(cleanup);

function Thing({ status }: { status: number }) {
  const query = useQuery({ queryKey: ['thing', status], retry: false, queryFn: () => (status === 200 ? 'here' : Promise.reject(new Problem(status, 'x', 'it was refused'))) });
  return (
    <LoadedPage query={query} noun="bot" back={{ to: '/bots', label: 'Bots' }} absent="It may be mistyped.">
      {(found) => <p>{found}</p>}
    </LoadedPage>
  );
}

const shown = (status: number) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <Thing status={status} />
      </MemoryRouter>
    </QueryClientProvider>,
  );

it('is a page that leads on where the thing is not there', async () => {
  shown(404);
  expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe('No such bot');
  expect(screen.getByText('It may be mistyped.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'See all bots' }).getAttribute('href')).toBe('/bots');
  expect(document.title).toBe('No such bot · Botswain');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

it('is a page that can be tried again where it could not be had', async () => {
  shown(500);
  expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe('Bot');
  expect(screen.getByText('It was refused')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});

it('is what was asked for where it is there', async () => {
  shown(200);
  expect(await screen.findByText('here')).toBeTruthy();
});
