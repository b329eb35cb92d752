// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { leave, useSession } from '@/lib/session';

import { api, renew, take } from './client';
import { health } from './fleet';
import { queryClient } from './query-client';

const access = (token: string) => ({ access_token: token, token_type: 'Bearer', expires_in_s: 600, user: { id: '1', name: 'admin' } });
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

let asked: string[];
let good: string;
beforeEach(() => {
  asked = [];
  good = 'old';
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    asked.push(path);
    if (path.endsWith('/auth/refresh')) return good === 'none' ? json(401, {}) : json(200, access((good = `new-${asked.length}`)));
    return request.headers.get('authorization') === `Bearer ${good}` ? json(200, {}) : json(401, { title: 'no', status: 401, code: 'signed_out', detail: 'Sign in again.' });
  });
  take(access('old'));
});
afterEach(() => {
  leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('renews an old token once for all requests that meet a refusal, and repeats each of them', async () => {
  good = 'another';
  await Promise.all([api.GET('/api/v1/summary'), api.GET('/api/v1/summary'), api.GET('/api/v1/auth/me')]);
  expect(asked.filter((path) => path.endsWith('/auth/refresh'))).toHaveLength(1);
  expect(asked).toHaveLength(7);
  expect(useSession.getState().state).toBe('in');
});

it('signs out where the cookie is not taken any more, and says so as a problem', async () => {
  good = 'none';
  await expect(api.GET('/api/v1/summary')).rejects.toMatchObject({ status: 401, code: 'signed_out' });
  expect(useSession.getState()).toMatchObject({ state: 'out', token: null });
});

it('renews before the token ends', async () => {
  await vi.advanceTimersByTimeAsync(541_000);
  expect(asked).toEqual(['/api/v1/auth/refresh']);
});

it('stays signed in where the server cannot be reached', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  await expect(renew()).rejects.toMatchObject({ code: 'offline' });
  expect(useSession.getState().state).toBe('in');
});

it('shows which part is not well though that is answered as an error, and what is no such answer as a problem', async () => {
  const found = { status: 'down', version: '1', parts: [{ name: 'database', ok: false, detail: 'takes no write' }] };
  vi.stubGlobal('fetch', async () => json(503, found));
  expect(await queryClient.fetchQuery({ ...health, retry: false })).toEqual(found);
  vi.stubGlobal('fetch', async () => json(503, { title: 'busy', status: 503, code: 'unavailable', detail: 'Try again.' }));
  await expect(queryClient.fetchQuery({ ...health, retry: false, staleTime: 0 })).rejects.toMatchObject({ status: 503, code: 'unavailable' });
});
