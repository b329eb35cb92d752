// What a person does in the application, step by step; the journeys against the double and the real thing share it.
import type { Page } from 'playwright-core';

import { beside, inSight } from './mistakes';

/** Hours of the backtest that is run, and of the bot that is made of it. */
const WINDOW = '00:30-23:30 UTC mon-sun';

export class Person {
  constructor(
    private readonly page: Page,
    private readonly address: string,
    private readonly password: string,
  ) {}

  async signIn(password = this.password): Promise<void> {
    await this.page.getByLabel('Name').fill('admin');
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async mistypesThenSignsIn(path: string): Promise<void> {
    await this.page.goto(this.address + path);
    await this.page.waitForURL('**/sign-in?next=*');
    await this.signIn('wrong');
    await this.page.getByRole('alert').getByText('wrong').waitFor();
    await this.signIn();
    await this.page.waitForURL(`**${path}`);
  }

  /** A grid on BTC/USDT; what it must not be is told beside its fields before it is made. */
  async makesGridBot(name: string, taken: string): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/bots/new`);
    const onwards = page.getByRole('button', { name: 'Continue' });
    await page.getByRole('radio', { name: /^Grid/ }).click();
    await onwards.click();
    await page.locator('[role=group][aria-label="Market and money"]:focus').waitFor();
    await onwards.click();
    await beside(page, 'Name', 'Give it a name');
    await inSight(page, 'Name');
    await page.getByText('Choose a market').waitFor();
    await page.getByLabel('Name', { exact: true }).fill(taken);
    await page.getByLabel('Capital').fill('much');
    await onwards.click();
    await beside(page, 'Capital', '“much” is not a number');
    await page.getByLabel('Capital').fill('1000');
    await page.getByRole('button', { name: 'BTC/USDT' }).click();
    await onwards.click();
    await page.getByLabel('Step', { exact: true }).fill('101');
    await page.getByLabel('Levels').focus();
    await beside(page, 'Step', 'Between 0 % and 100 %');
    await page.getByText('No orders are drawn until this is mended:').waitFor();
    await page.getByLabel('Step', { exact: true }).fill('0.01');
    await beside(page, 'Step', /does not pay its round-trip fee/);
    await page.getByLabel('Step', { exact: true }).fill('0.5');
    await page.getByText('Orders to begin with').waitFor();
    // The browser's own buttons: a reload keeps what was typed, Back goes a step back.
    await page.reload();
    await page.getByText('Orders to begin with').waitFor();
    await page.goBack();
    await page.getByLabel('Capital').waitFor();
    await page.goForward();
    await page.getByText('Orders to begin with').waitFor();
    for (let at = 0; at < 3; at++) await onwards.click();
    const make = page.getByRole('button', { name: 'Make the bot' });
    await make.click();
    // What only the server knows leads back to the step of its field.
    await beside(page, 'Name', new RegExp(taken));
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Review' }).click();
    await make.click();
    await page.getByRole('heading', { name: new RegExp(name) }).waitFor();
  }

  /** On the bot's page. */
  async seesItsOrders(): Promise<void> {
    // Among all entries they are soon pages down, where a minute of the market lasts a second.
    await this.page.getByRole('radio', { name: 'Requested', exact: true }).click();
    await this.page.getByText('Asks the venue to buy').first().waitFor();
    await this.page.getByRole('application', { name: /[1-9]\d* orders drawn as lines/ }).waitFor();
    await this.page.getByRole('tab', { name: 'Orders' }).click();
    await this.page.getByRole('tabpanel').getByRole('button', { name: /Buy Limit/ }).first().waitFor();
  }

  /** On the bot's page. */
  async stopsItCancelling(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('radio', { name: /Cancel all orders/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('heading', { level: 1 }).getByText('Stopped').waitFor();
    await page.locator('main:focus').waitFor(); // the button that was pressed is gone
    await page.reload();
    await page.getByRole('tab', { name: 'Orders' }).click();
    await page.getByText('No working order').waitFor();
  }

  /** On a stopped bot's page: with other capital it goes on as another edition, and the one before is still there to be read. */
  async changesIt(name: string, capital: string): Promise<void> {
    const { page } = this;
    await page.goto(`${page.url().split('?')[0]}/edit`);
    await page.getByRole('button', { name: 'Market and money' }).click();
    await page.getByLabel('Capital').fill(capital);
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Save the settings' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: new RegExp(`^${name}(?! \\(edition)`) }).getByText('Stopped').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByText('edition 2').first().waitFor();
    await page.getByText('Edition 1', { exact: true }).click();
    await page.getByRole('link', { name: 'What it did as edition 1' }).click();
    await page.getByText('An earlier edition').waitFor();
    if (await page.getByRole('button', { name: 'Start', exact: true }).count()) throw new Error('an earlier edition can be started');
    await page.getByRole('link', { name: 'It goes on as edition 2' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  }

  async runsBacktest(): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/backtests/new`);
    await page.getByRole('switch', { name: 'Only within a trading window' }).click();
    await page.getByLabel('Hours', { exact: true }).fill(WINDOW);
    await page.getByRole('list', { name: 'Next sessions' }).getByRole('listitem').first().waitFor();
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.getByText('Deepest drawdown').first().waitFor({ timeout: 60_000 });
  }

  /** Chosen on one span and judged on the next; then what the first fold chose is run once. */
  async walksForward(): Promise<void> {
    const { page } = this;
    await page.getByLabel('From (Fast)').fill('3');
    await page.getByLabel('To (Fast)').fill('9');
    await page.getByLabel('Step (Fast)').fill('3');
    await page.getByLabel('From (Slow)').fill('12');
    await page.getByLabel('To (Slow)').fill('20');
    await page.getByLabel('Step (Slow)').fill('8');
    await page.getByLabel('Folds').fill('2');
    await page.getByRole('combobox', { name: 'Looked for' }).click();
    await page.getByRole('option', { name: 'Return', exact: true }).click(); // some hours have no Sharpe ratio
    await page.getByText('6 combinations, tried on each of 2 training spans').waitFor();
    await page.getByRole('button', { name: 'Run the walk-forward' }).click();
    await page.getByText('Out of sample: equity on all test spans').waitFor({ timeout: 120_000 });
    await page.getByRole('region', { name: 'Windows' }).getByText('Fold 2', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Run once with what fold 1 chose' }).click();
    await page.getByRole('button', { name: 'Run the backtest' }).waitFor();
    const fast = await page.getByLabel('Fast', { exact: true }).inputValue();
    if (!['3', '6', '9'].includes(fast)) throw new Error(`fold 1 chose fast ${fast}, which was not tried`);
  }

  /** On a backtest's page. Its bot trades in the same hours. */
  async promotesIt(name: string): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Make a bot of it' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the bot' }).click();
    await page.getByRole('heading', { name: new RegExp(name) }).waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByText(WINDOW).first().waitFor();
  }

  async haltsAndLifts(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Halt everything' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Halt everything' }).click();
    await page.getByText('Everything is halted').first().waitFor();
    await page.getByRole('button', { name: 'Lift the halt' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the halt' }).click();
    await page.getByRole('button', { name: 'Halt everything' }).waitFor();
  }
}
