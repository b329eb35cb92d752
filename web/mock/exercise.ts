// Asks the double for everything that can be asked without changing it, and fails where an answer departs from the
// contract. Run with a double listening at PORT.
import { readFileSync } from 'node:fs';

const base = `http://127.0.0.1:${process.env.PORT ?? 8787}`;
const { paths } = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as { paths: Record<string, Record<string, unknown>> };

// The double's answers are read by name only.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function json(address: string, options: RequestInit = {}): Promise<{ status: number; body: any }> {
  const response = await fetch(base + address, options);
  const body = await response.text();
  return { status: response.status, body: (body ? JSON.parse(body) : null) };
}

const access = await json('/api/v1/auth/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'admin', password: 'a-good-password' }) });
const headers = { authorization: `Bearer ${access.body.access_token}` };
const first = async (path: string, field: string) => ((await json(path, { headers })).body.items as Record<string, string>[])[0]![field]!;
const parts: Record<string, string> = {
  bot_id: await first('/api/v1/bots', 'id'),
  job_id: (await json('/api/v1/backtests', { headers })).body.items.at(-1).id,
  account_id: await first('/api/v1/accounts', 'id'),
  client_order_id: await first('/api/v1/orders', 'client_order_id'),
  name: 'grid',
};
let failed = 0;
for (const [path, operations] of Object.entries(paths)) {
  if (!('get' in operations)) continue;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name]!)) + (path.endsWith('accounts/{account_id}/candles') ? '?symbol=BTC%2FUSDT' : '');
  const walked = '0191c000-0000-7000-8000-000000000005';
  const { status, body } = await json(path.endsWith('/walk') ? filled.replace(parts.job_id!, walked) : filled, { headers });
  if (status !== 200 || body === null) {
    failed++;
    console.error(`${filled}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
  }
}
console.log(failed ? `${failed} answers depart` : 'every answer is as the contract says');
process.exitCode = failed ? 1 : 0;
