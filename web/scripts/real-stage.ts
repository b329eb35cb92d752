// Starts the real thing for scripts: `botswain up --demo` on free ports with a scratch data folder, whose lines say the
// password. It is stopped in order when the work is done, and its folder removed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { WEB } from './stage';

const COMMAND = process.env.BOTSWAIN ?? join(WEB, '../.venv/bin/botswain');
const PATIENCE_MS = 90_000;

export interface Real {
  address: string;
  password: string;
  /** what the processes said, each line behind its name */
  lines: string[];
  /** Ends one of the processes as a power cut would; `up` starts it again. */
  kill: (name: 'api' | 'engine' | 'sandbox') => void;
  /** Waits for a line with this part, unless it was said before. */
  until: (part: string) => Promise<void>;
  stop: () => Promise<void>;
}

/** `ready`: part of the line to wait for; everything serves, or the page does (`api: http`). */
export async function startReal(ready = 'is ready after'): Promise<Real> {
  const folder = mkdtempSync(join(tmpdir(), 'botswain-real-'));
  const [port, sandbox] = [await freePort(), await freePort()];
  const up = spawn(COMMAND, ['up', '--demo', '--port', String(port), '--sandbox-port', String(sandbox)], {
    env: { ...process.env, BOTSWAIN_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => up.once('exit', () => done()));
  const stop = async () => {
    up.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const lines: string[] = [];
  const until = async (part: string) => {
    while (!lines.some((line) => line.includes(part))) await once(up.stdout!, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) });
  };
  try {
    const password = await printed(up, lines, ready);
    return { address: `http://127.0.0.1:${port}`, password, lines, until, kill: (name) => process.kill(childOf(up.pid!, name), 'SIGKILL'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The password, once the line is there. */
function printed(up: ReturnType<typeof spawn>, lines: string[], ready: string): Promise<string> {
  return new Promise((found, failed) => {
    const fail = (why: string) => failed(new Error(`${why}:\n${lines.join('\n')}`));
    const late = setTimeout(() => fail(`botswain up was not ready in ${PATIENCE_MS} ms`), PATIENCE_MS);
    up.once('error', (error) => fail(`${COMMAND} cannot be run (${error.message}); run make setup`));
    up.once('exit', (code) => fail(`botswain up ended with ${code}`));
    let password = '';
    const take = (line: string) => {
      lines.push(line);
      password = /sign in as admin with password (\S+)/.exec(line)?.[1] ?? password;
      if (!line.includes(ready)) return;
      clearTimeout(late);
      if (password) found(password);
      else fail('botswain up printed no password');
    };
    for (const stream of [up.stdout!, up.stderr!]) createInterface({ input: stream }).on('line', take);
  });
}

function childOf(parent: number, name: string): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(/\s+/).map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(name));
  if (found === undefined) throw new Error(`botswain up has no process ${name}`);
  return found;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}
