// One person's way through the application in a real browser, against the double: wrong password, sign-in that keeps the
// address, a bot made in the form and stopped with its orders cancelled, a backtest run and promoted, the connection lost
// and found again. Exits 1 at the first step that does not come to pass.
import { spawn } from 'node:child_process';

import { Person } from './person';
import { openBrowser, PERSON, startDouble, WEB } from './stage';

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

  step('a bot is made in the form; what the server refuses is shown beside its field');
  await person.makesGridBot('journey-ladder');

  step('its orders are on the page, and its decisions say why');
  await person.seesItsOrders();

  step('it is stopped with its orders cancelled');
  await person.stopsItCancelling();

  step('a backtest shows its progress and its report, and becomes a bot');
  await person.runsBacktestAndPromotes('journey-promoted');

  step('everything is halted and the halt lifted');
  await person.haltsAndLifts();

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
