// The same person's way as in journey.ts, but through the real processes: `botswain up --demo` from nothing, its printed
// password, its own market, engine and API. The api process is killed on the way. Exits 1 at the first step that fails.
import type { Page } from 'playwright-core';

import { Mistakes } from './mistakes';
import { Person } from './person';
import { startReal } from './real-stage';
import { openBrowser } from './stage';

const step = (name: string) => console.log(`- ${name}`);
const real = await startReal();
const { context, close } = await openBrowser({ viewport: { width: 1280, height: 900 } });
let page = await context.newPage();
page.setDefaultTimeout(30_000);
const faults: string[] = [];
// While the api process is away, requests fail; that is looked for by what the page says.
let away = false;
watch(page);
const person = new Person(page, real.address, real.password);
const mistakes = new Mistakes(page, real.address);

function watch(watched: Page): void {
  watched.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  watched.on('response', (answer) => {
    if (!away && answer.status() >= 500) faults.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
  });
}

/** Rows appear in the list of trades while nobody touches the page. */
async function seesNewFills(): Promise<void> {
  await page.goto(`${real.address}/trades`);
  const newest = page.locator('tbody tr').first();
  // Where nothing is compiled yet, the first fill waits for that.
  await newest.waitFor({ timeout: 90_000 });
  const before = await newest.getAttribute('data-row');
  await page.locator(`tbody tr:first-child:not([data-row="${before}"])`).waitFor({ timeout: 60_000 });
}

async function losesTheConnection(): Promise<void> {
  await page.goto(`${real.address}/positions`);
  await page.getByRole('heading', { name: 'Positions' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  away = true;
  // A fast machine has the process back before the page's patience ends; so the way to it stays cut until the page has said so.
  await context.setOffline(true);
  real.kill('api');
  await page.getByText('Connection lost').waitFor();
  await context.setOffline(false);
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
  away = false;
  await page.waitForURL('**/positions');
  await page.getByRole('link', { name: 'btc-ladder' }).first().waitFor();
}

async function looksOnThePhone(): Promise<void> {
  const phone = await openBrowser({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  try {
    const small = await phone.context.newPage();
    watch(small);
    const there = new Person(small, real.address, real.password);
    await there.mistypesThenSignsIn('/bots');
    for (const path of ['/', '/bots', '/trades', '/positions', '/backtests', '/bots/new']) {
      await small.goto(real.address + path);
      await small.getByRole('heading', { level: 1 }).waitFor();
      const over = Number(await small.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
      if (over > 1) throw new Error(`${path} is ${over} px wider than a phone`);
    }
  } finally {
    await phone.close();
  }
}

try {
  step('an empty sign-in is told beside its fields');
  await mistakes.atSignIn();
  step('a wrong password is refused, the printed one goes back to the wanted address');
  await person.mistypesThenSignsIn('/trades?side=buy');
  step('a new load of the page stays signed in by the cookie');
  await page.reload();
  await page.getByRole('heading', { name: 'Trades' }).waitFor();
  step('the demonstration trades: fills appear without a reload');
  await seesNewFills();
  step('a grid bot is made in the form; what the server refuses is shown beside its field');
  await person.makesGridBot('journey-ladder', 'btc-ladder');
  step('its orders are on the chart and in the list, and its decisions say why');
  await person.seesItsOrders();
  step('its page comes to life without a reload: taken up by the engine, with a chart and what it is worth');
  await page.getByText('no engine has taken it up yet').waitFor({ state: 'detached' });
  await page.getByText('No candle yet').waitFor({ state: 'detached' });
  await page.getByText('of 1,000.00').locator('..').getByText(/1,0\d\d\.\d\d|9\d\d\.\d\d/).first().waitFor();
  step('it is stopped with its orders cancelled');
  await person.stopsItCancelling();
  step('another edition of it with mistakes is not taken');
  await mistakes.ofEdition('journey-ladder', '1,000.00');
  step('mistakes in the forms of accounts, passwords and backtests are told beside their fields');
  await mistakes.ofAccount('main');
  await mistakes.ofPassword();
  await mistakes.ofBacktest();
  step('a walk-forward is refused at its fields, then chooses and judges, and one choice of it can be run once');
  await mistakes.ofWalk();
  await person.walksForward();
  step('a backtest of recorded candles shows its report, and becomes a bot');
  await person.runsBacktest();
  await mistakes.ofPromotion('journey-ladder');
  await person.promotesIt('journey-promoted');
  step('with other settings it goes on as another edition, whose page is shown');
  await person.changesIt('journey-promoted', '1200');
  step('everything is halted and the halt lifted');
  await person.haltsAndLifts();
  step('the api process is killed: the page says so, comes back by itself, and is still signed in');
  await losesTheConnection();
  step('the pages fit a phone');
  await looksOnThePhone();
  if (faults.length) throw new Error(`on the way: ${[...new Set(faults)].join('; ')}`);
  console.log('the whole way was gone');
} catch (error) {
  for (const one of context.pages()) page = one;
  await page.screenshot({ path: process.env.SHOT ?? 'real-journey-failed.png' }).catch(() => undefined);
  console.error(error, [...new Set(faults)]);
  console.error(real.lines.filter((line) => !/ (buy|sell) /.test(line)).slice(-30).join('\n'));
  process.exitCode = 1;
} finally {
  await close();
  await real.stop();
}
