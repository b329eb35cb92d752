// A double of the API for development, screenshots and tests in a browser: HTTP and the live connection out of believable
// generated data. It is never part of the build. It checks its own answers against openapi.json and says where it drifts.
//
//     npm run mock        PORT=8787; APP=folder serves a built application too; sign in as admin / a-good-password
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { Server } from 'socket.io';

import type { Access } from '../src/api/types';

import type { Asked } from './asked';
import { answerFaults, bodyFaults, eventFaults, routeOf } from './contract';
import { sendFile } from './files';
import { liveOf } from './live';
import { Refusal } from './refuse';
import { csvOfFills, ROUTES } from './routes';
import { World } from './world';

const PASSWORD = 'a-good-password';
const world = new World(Date.now());
const tokens = new Set<string>();
const cookies = new Set<string>();
const user = { id: '0191d000-0000-7000-8000-000000000001', name: 'admin' };

function send(response: ServerResponse, status: number, body?: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}

function admit(response: ServerResponse): Access {
  const [token, cookie] = [randomUUID(), randomUUID()];
  tokens.add(token);
  cookies.add(cookie);
  response.setHeader('set-cookie', `botswain_refresh=${cookie}; HttpOnly; SameSite=Strict; Path=/api/v1/auth`);
  return { access_token: token, token_type: 'Bearer', expires_in_s: 600, user };
}

const cookieOf = (request: IncomingMessage) => /botswain_refresh=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';

function auth(request: IncomingMessage, response: ServerResponse, key: string, body: unknown): [number, unknown?] | null {
  switch (key) {
    case 'POST /api/v1/auth/sign-in': {
      const given = body as { name: string; password: string };
      if (given.name !== user.name || given.password !== PASSWORD) throw new Refusal(401, 'wrong_password', 'The name or the password is wrong.');
      return [200, admit(response)];
    }
    case 'POST /api/v1/auth/refresh':
      if (!cookies.delete(cookieOf(request))) throw new Refusal(401, 'signed_out', 'Sign in again.');
      return [200, admit(response)];
    case 'POST /api/v1/auth/sign-out':
      cookies.delete(cookieOf(request));
      return [204];
    default:
      return null;
  }
}

function signed(request: IncomingMessage, key: string, body: unknown): [number, unknown?] | null {
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  if (!tokens.has(token) && !key.includes('/health/')) throw new Refusal(401, 'signed_out', 'Sign in again.');
  if (key === 'GET /api/v1/auth/me') return [200, user];
  if (key !== 'POST /api/v1/auth/password') return null;
  const given = body as { current: string };
  if (given.current !== PASSWORD) throw new Refusal(422, 'wrong_password', 'The password is wrong.', [{ field: '/current', detail: 'this is not your password' }]);
  return [204];
}

async function read(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const raw = Buffer.concat(parts).toString('utf8');
  return raw ? (JSON.parse(raw) as unknown) : null;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://double');
  const route = routeOf(request.method ?? 'GET', address.pathname);
  if (!route) throw new Refusal(404, 'not_found', `There is no ${request.method} ${address.pathname}.`);
  const body = await read(request);
  const faults = bodyFaults(route.operation, body);
  if (faults.length > 0) throw new Refusal(422, 'bad_input', faults.map((one) => `${one.field}: ${one.detail}`).join('; '), faults);
  const asked: Asked = { world, parts: route.parts, query: address.searchParams, body: body as never, headers: request.headers, now: Date.now() };
  const known = auth(request, response, route.key, body) ?? signed(request, route.key, body);
  if (route.key === 'GET /api/v1/fills' && request.headers.accept?.includes('text/csv')) return send(response, 200, csvOfFills(asked), 'text/csv');
  const [status, told] = known ?? ROUTES[route.key]?.(asked) ?? [501];
  const drift = answerFaults(route.operation, status, told);
  if (drift) {
    console.error(`the double departs from the contract at ${route.key}: ${drift}`);
    throw new Refusal(500, 'drift', drift);
  }
  send(response, status, told);
}

const server = createServer((request, response) => {
  if (!request.url?.startsWith('/api/')) return void sendFile(request, response, process.env.APP);
  answer(request, response).catch((error: unknown) => {
    if (!(error instanceof Refusal)) console.error(error);
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'failed', String(error));
    send(response, refusal.status, refusal.body, 'application/problem+json');
  });
});

const io = new Server(server, { path: '/socket.io' });
io.use((socket, next) => next(tokens.has(String(socket.handshake.auth.token)) ? undefined : new Error('signed_out')));

liveOf(world, (event, told) => {
  const drift = eventFaults(event, told);
  if (drift) console.error(`the double departs from the contract at ${event}: ${drift}`);
  else io.emit(event, told);
});

server.listen(Number(process.env.PORT ?? 8787), '127.0.0.1', () => {
  const at = server.address();
  console.log(`listening on ${typeof at === 'object' && at ? at.port : ''}`);
});
