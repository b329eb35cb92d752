// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { leave, useSession } from '@/lib/session';

import { signIn, signOut } from './auth';
import { renew, take } from './client';
import { queryClient } from './query-client';
import { hearTabs } from './tabs';

const access = (token: string, name = 'admin') => ({ access_token: token, token_type: 'Bearer', expires_in_s: 600, user: { id: '1', name } });
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

let cookie: { token: string; name: string } | null;
let asked: string[];
let deaf: () => void;
let other: BroadcastChannel;
beforeEach(() => {
  cookie = null;
  asked = [];
  other = new BroadcastChannel('botswain.session');
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    asked.push(path);
    if (path.endsWith('/auth/sign-in')) return json(200, access('signed'));
    if (path.endsWith('/auth/refresh')) return cookie ? json(200, access(cookie.token, cookie.name)) : json(401, {});
    return json(200, {});
  });
  deaf = hearTabs();
});
afterEach(() => {
  deaf();
  other.close();
  leave();
  queryClient.clear();
  vi.unstubAllGlobals();
});

const heard = () => new Promise((told) => (other.onmessage = ({ data }: MessageEvent) => told(data)));

it('comes in where another tab did', async () => {
  leave();
  cookie = { token: 'theirs', name: 'admin' };
  other.postMessage('in');
  await vi.waitFor(() => expect(useSession.getState()).toMatchObject({ state: 'in', token: 'theirs' }));
});

it('leaves where another tab did, with all that it held', async () => {
  take(access('mine'));
  queryClient.setQueryData(['bots', 'list', {}], { items: [] });
  other.postMessage('out');
  await vi.waitFor(() => expect(useSession.getState()).toMatchObject({ state: 'out', token: null }));
  expect(queryClient.getQueryCache().getAll()).toEqual([]);
});

it('shows nothing of one person to another who signed in elsewhere', async () => {
  take(access('mine', 'ann'));
  queryClient.setQueryData(['bots', 'list', {}], { items: [] });
  cookie = { token: 'theirs', name: 'bea' };
  other.postMessage('in');
  await vi.waitFor(() => expect(useSession.getState()).toMatchObject({ token: 'theirs', name: 'bea' }));
  await vi.waitFor(() => expect(queryClient.getQueryCache().getAll()).toEqual([]));
});

it('tells the other tabs what was done here, and not itself', async () => {
  let next = heard();
  await signIn('admin', 'right');
  expect(await next).toBe('in');
  next = heard();
  await signOut();
  expect(await next).toBe('out');
  expect(asked).toEqual(['/api/v1/auth/sign-in', '/api/v1/auth/sign-out']);
});

it('stays in where a sign-in came while an older cookie was being refused', async () => {
  let refuse: ((answer: Response) => void) | undefined;
  vi.stubGlobal('fetch', () => new Promise<Response>((answer) => (refuse = answer)));
  const renewed = renew();
  await vi.waitFor(() => expect(refuse).toBeDefined());
  take(access('fresh'));
  refuse?.(json(401, {}));
  expect(await renewed).toBe(true);
  expect(useSession.getState()).toMatchObject({ state: 'in', token: 'fresh' });
});
