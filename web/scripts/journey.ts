// One person's way through the application in a real browser, against the double: wrong password, sign-in that keeps the
// address, a bot made in the form and stopped with its orders cancelled, a backtest run and promoted, the connection lost
// and found again. Exits 1 at the first step that does not come to pass.
import { spawn } from 'node:child_process';

import { openBrowser, PERSON, startDouble, WEB } from './stage';

const first = await startDouble();
const { address } = first;
const { context, close } = await openBrowser({ viewport: { width: 1280, height: 900 } });
let double = first.process;
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const step = (name: string) => console.log(`- ${name}`);

async function fillIn(password: string): Promise<void> {
  await page.getByLabel('Name').fill(PERSON.name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

try {
  step('a wrong password is refused, the right one goes back to the wanted address');
  await page.goto(`${address}/trades?side=sell`);
  await page.waitForURL('**/sign-in?next=*');
  await fillIn('wrong');
  await page.getByRole('alert').getByText('wrong').waitFor();
  await fillIn(PERSON.password);
  await page.waitForURL('**/trades?side=sell');

  step('a new load of the page stays signed in by the cookie');
  await page.reload();
  await page.getByRole('heading', { name: 'Trades' }).waitFor();

  step('a bot is made in the form; what the server refuses is shown beside its field');
  await page.goto(`${address}/bots/new`);
  const onwards = page.getByRole('button', { name: 'Continue' });
  await onwards.click();
  await onwards.click();
  await page.getByText('Give it a name').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('journey-ladder');
  await page.getByRole('button', { name: 'BTC/USDT' }).click();
  await onwards.click();
  await page.getByLabel('Step', { exact: true }).fill('0.0001');
  await page.getByText(/does not pay its round-trip fee/).first().waitFor();
  await page.getByLabel('Step', { exact: true }).fill('0.005');
  await page.getByText('Orders to begin with').waitFor();
  for (let at = 0; at < 3; at++) await onwards.click();
  await page.getByRole('button', { name: 'Make the bot' }).click();
  await page.getByRole('heading', { name: /journey-ladder/ }).waitFor();

  step('its orders are on the page, and its decisions say why');
  await page.getByText(/Started on Sandbox/).waitFor();
  await page.getByRole('tab', { name: 'Orders' }).click();
  await page.getByRole('tabpanel').getByRole('button', { name: /Buy Limit/ }).first().waitFor();

  step('it is stopped with its orders cancelled');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('radio', { name: /Cancel all orders/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('heading', { level: 1 }).getByText('Stopped').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: 'Orders' }).click();
  await page.getByText('No working order').waitFor();

  step('a backtest shows its progress and its report, and becomes a bot');
  await page.goto(`${address}/backtests/new`);
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await page.getByText('Deepest drawdown').first().waitFor({ timeout: 40_000 });
  await page.getByRole('button', { name: 'Make a bot of it' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('journey-promoted');
  await page.getByRole('button', { name: 'Make the bot' }).click();
  await page.getByRole('heading', { name: /journey-promoted/ }).waitFor();

  step('everything is halted and the halt lifted');
  await page.getByRole('button', { name: 'Halt everything' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Halt everything' }).click();
  await page.getByText('Everything is halted').first().waitFor();
  await page.getByRole('button', { name: 'Lift the halt' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lift the halt' }).click();
  await page.getByRole('button', { name: 'Halt everything' }).waitFor();

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
  await fillIn(PERSON.password);
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
