// Sets the stage for scripts that look at the application in a browser: the double with the built application on a free
// port, and a fresh headless Chromium. Both are gone when the work is done.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

export const WEB = fileURLToPath(new URL('..', import.meta.url));
export const APP = join(WEB, '../src/botswain/web_app');
export const PERSON = { name: 'admin', password: 'a-good-password' };

export async function startDouble(app = process.env.APP ?? APP): Promise<{ address: string; process: ChildProcess; app: string }> {
  const process_ = spawn(process.execPath, ['--import', 'tsx', 'mock/main.ts'], { cwd: WEB, env: { ...process.env, PORT: '0', APP: app }, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((found, failed) => {
    process_.once('exit', (code) => failed(new Error(`the double ended with ${code}`)));
    process_.stdout?.on('data', (text: Buffer) => {
      const match = /listening on (\d+)/.exec(text.toString());
      if (match) found(match[1]!);
    });
  });
  return { address: `http://127.0.0.1:${port}`, process: process_, app };
}

export async function openBrowser(options: BrowserContextOptions = {}): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'botswain-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ...options,
  });
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, close };
}

/** Asked from outside: a page under its content policy evaluates no text itself. */
async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await page.evaluate(`Boolean(${expression})`))) {
    if (Date.now() > end) throw new Error(`never became true: ${expression}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

/** Until it shows a heading, its fonts are there and nothing is loading. */
export async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor(); // by its tag: under a dialog it has no role
  await until(page, 'document.fonts.status === "loaded"');
  await until(page, '!document.querySelector("[role=status][aria-label^=Loading], main .animate-pulse-soft.bg-sunken")');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}
