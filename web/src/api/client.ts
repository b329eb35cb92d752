// The way to the API: shows the token, renews it once for all who need it, and turns every refusal into a Problem.
import createClient, { type Middleware } from 'openapi-fetch';

import { enter, leave, useSession } from '@/lib/session';

import { offline, Problem, problemOf } from './problem';
import type { Access, Health, paths } from './types';

const PREFIX = '/api/v1';
const REFRESH = `${PREFIX}/auth/refresh`;
const HEALTH = `${PREFIX}/health/detailed`;
/** Renewed this long before it ends, so that no request meets an old one. */
const EARLY_MS = 60_000;

let renewing: Promise<boolean> | null = null;

/** A fresh token for the cookie. One at a time, in all tabs together: a cookie that is shown twice ends the session. */
export function renew(): Promise<boolean> {
  renewing ??= locked(renewNow).finally(() => (renewing = null));
  return renewing;
}

function locked<Result>(work: () => Promise<Result>): Promise<Result> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request('botswain.refresh', work as () => Promise<unknown>) as Promise<Result>;
}

/** True: signed in. False: nobody is. Throws where the server cannot say. */
async function renewNow(): Promise<boolean> {
  const before = useSession.getState().token;
  const response = await reached(new Request(new URL(REFRESH, location.origin), { method: 'POST', credentials: 'same-origin' }));
  if (response.ok) {
    take((await response.json()) as Access);
    return true;
  }
  if (response.status === 401 || response.status === 403) {
    // Somebody may have signed in while this was under way, with another cookie than was refused.
    const { token } = useSession.getState();
    if (token !== before && token !== null) return true;
    leave();
    return false;
  }
  throw problemOf(response.status, await bodyOf(response));
}

let timer: ReturnType<typeof setTimeout> | undefined;

export function take(access: Access): void {
  enter(access.access_token, access.user.name, access.expires_in_s);
  clearTimeout(timer);
  const wait = Math.max(5_000, access.expires_in_s * 1000 - EARLY_MS);
  timer = setTimeout(() => void renew().catch(() => undefined), wait);
}

async function reached(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw offline();
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

const unsigned = (address: string) => /\/auth\/(sign-in|refresh)$/.test(new URL(address).pathname);

/** One request with the token; on a 401 the token is renewed and the request made once more. */
async function signed(request: Request): Promise<Response> {
  if (unsigned(request.url)) return reached(request);
  const again = request.clone();
  const response = await reached(withToken(request));
  if (response.status !== 401) return response;
  return (await renew()) ? reached(withToken(again)) : response;
}

function withToken(request: Request): Request {
  const { token } = useSession.getState();
  if (token) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

const isHealth = (body: unknown): body is Health => typeof body === 'object' && body !== null && 'parts' in body;

const refusals: Middleware = {
  async onResponse({ response, schemaPath }) {
    // What is not well answers 503, and says in its own form which part.
    if (response.status === 503 && schemaPath === HEALTH && isHealth(await bodyOf(response.clone()))) return;
    if (!response.ok) throw problemOf(response.status, await bodyOf(response));
  },
};

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: signed, credentials: 'same-origin' });
api.use(refusals);

/** The data of an answer; refusals have been thrown before. */
export async function data<Data>(answer: Promise<{ data?: Data }>): Promise<Data> {
  return (await answer).data as Data;
}

/** A file of an address under the API, signed like any other request. */
export async function file(path: string, accept: string): Promise<Blob> {
  const response = await signed(new Request(new URL(PREFIX + path, location.origin), { headers: { accept } }));
  if (!response.ok) throw problemOf(response.status, await bodyOf(response));
  return response.blob();
}

/** A key that makes a repeated request harmless. */
export function freshKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}`;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
