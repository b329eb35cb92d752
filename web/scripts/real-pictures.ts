// Takes the main pages on real data, in light, dark and phone size, for a person to look at (PNG) and for the README (WebP),
// and runs axe on each:
//
//     npm run real-pictures -- FOLDER           starts a demonstration of its own and lets it trade for MINUTES (2)
//     ADDRESS=http://... PASSWORD=... npm run real-pictures -- FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Page } from 'playwright-core';

import { audit, still } from './audit';
import { Person } from './person';
import { startReal } from './real-stage';
import { openBrowser, settle } from './stage';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name a folder for the pictures: npm run real-pictures -- FOLDER');
const out = resolve(folder);
mkdirSync(out, { recursive: true });

const LOOKS = [
  { look: 'light', viewport: { width: 1440, height: 900 }, colorScheme: 'light', isMobile: false, hasTouch: false },
  { look: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark', isMobile: false, hasTouch: false },
  { look: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true, hasTouch: true },
] as const;

const bot = (name: string) => async (page: Page) => {
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();
};

async function ladder(page: Page): Promise<void> {
  const onwards = page.getByRole('button', { name: 'Continue' });
  await page.getByRole('radio', { name: /^Grid/ }).click();
  await onwards.click();
  await page.getByLabel('Name', { exact: true }).fill('btc-night-ladder');
  await page.getByRole('button', { name: 'BTC/USDT' }).click();
  await page.getByLabel('Capital').fill('2500');
  await onwards.click();
  await page.getByLabel('Levels').fill('16');
  await page.getByLabel('Step', { exact: true }).fill('0.4');
  await page.getByText('Orders to begin with').waitFor();
}

/** The step in which a bot is told when to trade, on an exchange's calendar. */
async function hours(page: Page): Promise<void> {
  await ladder(page);
  for (let at = 0; at < 2; at++) await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('switch', { name: 'Only within a trading window' }).click();
  await page.getByLabel('Hours', { exact: true }).fill('09:30-16:00 New York mon-fri');
  await page.getByLabel(/Exchange calendar/).fill('XNYS');
  await page.getByRole('list', { name: 'Next sessions' }).getByRole('listitem').first().waitFor();
}

/** The same picture in half the bytes. */
async function small(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
  await session.detach();
  return Buffer.from(data, 'base64');
}

/** All that the risk gate can be told. */
async function limits(page: Page): Promise<void> {
  for (const part of ['Losses', 'In a drawdown', 'Size', 'Orders']) await page.locator('summary').filter({ hasText: part }).click();
}

async function report(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await page.getByText('Deepest drawdown').first().waitFor({ timeout: 40_000 });
}

const PAGES: readonly { name: string; path: string; act?: (page: Page) => Promise<void>; at?: string }[] = [
  { name: 'dashboard', path: '/' },
  { name: 'bots', path: '/bots' },
  { name: 'bot-grid', path: '/bots', act: bot('btc-ladder') },
  { name: 'bot-trend', path: '/bots', act: bot('btc-trend') },
  { name: 'form', path: '/bots/new', act: ladder },
  { name: 'form-hours', path: '/bots/new', act: hours },
  { name: 'backtest-new', path: '/backtests/new', act: (page) => page.getByRole('switch', { name: 'Only within a trading window' }).click() },
  { name: 'limits', path: '/backtests/new', act: limits, at: 'Limits of the risk gate' },
  { name: 'backtest-report', path: '/backtests/new', act: report },
  { name: 'backtests', path: '/backtests' },
  { name: 'trades', path: '/trades' },
  { name: 'positions', path: '/positions' },
  { name: 'venues', path: '/venues' },
  { name: 'settings', path: '/settings' },
];

const { ADDRESS, PASSWORD, MINUTES = '2', ONLY = '' } = process.env;
const real = ADDRESS && PASSWORD ? { address: ADDRESS, password: PASSWORD, stop: () => Promise.resolve() } : await startReal();
const faults: string[] = [];
try {
  if (!ADDRESS) await new Promise((traded) => setTimeout(traded, Number(MINUTES) * 60_000));
  for (const { look, ...options } of LOOKS) {
    const { context, close } = await openBrowser({ ...options, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    let now = '';
    await page.goto(`${real.address}/sign-in`);
    await new Person(page, real.address, real.password).signIn();
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    // Who is not signed in is told so by a 401: it counts from here on.
    page.on('console', (message) => message.type() === 'error' && faults.push(`${now}: console: ${message.text().slice(0, 300)}`));
    page.on('pageerror', (error) => faults.push(`${now}: page error: ${error.message}`));
    page.on('response', (answer) => answer.status() >= 400 && faults.push(`${now}: ${answer.status()} ${answer.request().method()} ${answer.url()}`));
    for (const { name, path, act, at } of PAGES.filter((one) => one.name.startsWith(ONLY))) {
      now = `${name}.${look}`;
      try {
        await page.goto(real.address + path);
        await settle(page);
        await act?.(page);
        await settle(page);
      } catch (error) {
        faults.push(`${now}: ${String(error).split('\n')[0]}`);
      }
      await still(page);
      await page.mouse.move(0, 0);
      await page.evaluate('window.scrollTo(0, 0)');
      if (at) await page.getByText(at).evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await page.screenshot({ path: join(out, `${now}.png`) });
      writeFileSync(join(out, `${now}.webp`), await small(page));
      faults.push(...(await audit(page)).map((one) => `${now}: ${one}`));
    }
    await close();
  }
} finally {
  await real.stop();
}
for (const fault of new Set(faults)) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : 'no faults');
process.exitCode = faults.length ? 1 : 0;
