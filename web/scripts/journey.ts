// What only the double can bring about, in a real browser: the server comes back and knows the session no more. All else
// that a person does is in real-journey.ts. Exits 1 at the first step that does not come to pass.
import { spawn } from 'node:child_process';

import { SHOTS } from './pages';
import { Person } from './person';
import { openBrowser, PERSON, startDouble, WEB } from './stage';

/** Where a dialog is made as it opens, and what opens it. */
const OPENERS = [
  ['/positions', /^Close /],
  ['/venues', 'Add an account'],
] as const;

const first = await startDouble();
const { address } = first;
const { context, close } = await openBrowser({ viewport: { width: 1280, height: 900 } });
let double = first.process;
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const person = new Person(page, address, PERSON.password);
const step = (name: string) => console.log(`- ${name}`);

try {
  step('a wrong password is refused, the right one goes back to the wanted address');
  await person.mistypesThenSignsIn('/trades?side=sell');

  step('a new load of the page stays signed in by the cookie');
  await page.reload();
  await page.getByRole('heading', { name: 'Trades' }).waitFor();

  step('by the keyboard alone: Escape from a dialog gives the focus back to what opened it');
  for (const [path, name] of OPENERS) {
    await page.goto(`${address}${path}`);
    const opener = page.getByRole('button', { name }).first();
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement !== document.body);
    if (!(await opener.evaluate((one) => one === document.activeElement))) throw new Error(`${path}: the focus is not on ${String(name)} again`);
  }

  step('by the keyboard alone: a chart is gone back along, and what is older is asked for');
  await page.goto(`${address}/bots`);
  await page.getByRole('link', { name: 'eth-trend', exact: true }).first().click();
  await page.getByRole('application', { name: /Candles of/ }).focus();
  const seen = page.getByText(/^From .* close /);
  await page.keyboard.press('PageUp');
  const before = await seen.textContent();
  const older = page.waitForRequest(/\/candles\?.*to_ms=/);
  await page.keyboard.press('Home');
  await older;
  if ((await seen.textContent()) === before) throw new Error(`the chart still says ${before}`);

  step('at 200 % and on a phone the form of a bot fits: nothing to the side, no field too narrow, no bar over it');
  for (const viewport of [{ width: 640, height: 400 }, { width: 390, height: 400 }]) {
    await page.setViewportSize(viewport);
    await page.goto(`${address}/bots/new`);
    await SHOTS.find((one) => one.name === 'form-4-falls')!.act!(page);
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (wide > viewport.width) throw new Error(`the page is ${wide} wide on ${viewport.width}`);
    const boxes = await Promise.all((await page.locator('main input[inputmode]').all()).map((one) => one.boundingBox()));
    const narrow = boxes.filter((box) => box !== null && box.width < 200);
    if (narrow.length > 0) throw new Error(`${narrow.length} fields are narrower than 200 on ${viewport.width}`);
    await page.evaluate('scrollTo(0, 0)');
    const way = await page.getByRole('button', { name: 'Continue' }).boundingBox();
    if (way && way.y < viewport.height) throw new Error(`the way on is over the form on ${viewport.width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  step('another tab of the same browser comes in with a sign-in, and goes out with a sign-out');
  const other = await context.newPage();
  other.setDefaultTimeout(20_000);
  await other.goto(`${address}/positions`);
  await other.getByRole('heading', { name: 'Positions' }).waitFor();
  await page.getByRole('button', { name: /admin/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.waitForURL('**/sign-in?next=%2Fpositions');
  await page.waitForURL('**/sign-in?*');
  await person.signIn();
  await other.getByRole('heading', { name: 'Positions' }).waitFor();
  await other.close();

  step('a lost connection is said; once it is back the session is asked for again, and the address is kept');
  await page.goto(`${address}/positions`);
  await page.getByRole('heading', { name: 'Positions' }).waitFor();
  const gone = new Promise((ended) => double.once('exit', ended));
  double.kill();
  await gone;
  await page.getByText('Connection lost').waitFor();
  double = spawn(process.execPath, ['--import', 'tsx', 'mock/main.ts'], { cwd: WEB, env: { ...process.env, PORT: new URL(address).port, APP: first.app }, stdio: 'ignore' });
  // A fresh double knows no session; a real server would.
  await page.waitForURL('**/sign-in?next=%2Fpositions', { timeout: 40_000 });
  await person.signIn();
  await page.waitForURL('**/positions');
  await page.getByText('Live', { exact: true }).waitFor();
  console.log('the whole way was gone');
} catch (error) {
  await page.screenshot({ path: process.env.SHOT ?? 'journey-failed.png' }).catch(() => undefined);
  console.error(error);
  process.exitCode = 1;
} finally {
  await close();
  double.kill();
}
