// Every form with what must not be taken: each mistake is told beside its field, tied to it for those who cannot see it,
// and nothing comes of it. What only the server can know is among them: taken names, a wrong password.
import type { Locator, Page } from 'playwright-core';

/** A field is marked, described by, and stands over what is wrong with it. */
export async function beside(within: Page | Locator, label: string, text: string | RegExp): Promise<void> {
  const field = within.getByLabel(label, { exact: true });
  const said = field.locator('xpath=ancestor::div[child::label][1]').locator('p[id$="-error"]', { hasText: text });
  await said.waitFor();
  const [invalid, described, id] = [await field.getAttribute('aria-invalid'), await field.getAttribute('aria-describedby'), await said.getAttribute('id')];
  if (invalid !== 'true' || !id || !described?.split(' ').includes(id)) throw new Error(`“${label}” is not tied to what is wrong with it: ${described} is not ${id}`);
}

/** The label of what has the focus does not lie under the bar at the top. */
export async function inSight(page: Page, label: string): Promise<void> {
  const [words, bar] = [await page.locator('label', { hasText: label }).first().boundingBox(), await page.locator('header').first().boundingBox()];
  if (!words || !bar || words.y < bar.y + bar.height) throw new Error(`the label “${label}” lies under the bar: at ${words?.y}, and the bar ends at ${bar && bar.y + bar.height}`);
}

export class Mistakes {
  constructor(
    private readonly page: Page,
    private readonly address: string,
  ) {}

  async atSignIn(): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/sign-in`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await beside(page, 'Name', 'Write your name');
    await beside(page, 'Password', 'Write your password');
  }

  /** On the settings page. */
  async ofPassword(): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/settings`);
    const change = page.getByRole('button', { name: 'Change the password' });
    await change.click();
    await beside(page, 'Current password', 'Write your current password');
    await beside(page, 'New password', 'At least 12 letters');
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password', { exact: true }).fill('long enough for it');
    await page.getByLabel('New password again').fill('another one entirely');
    await change.click();
    await beside(page, 'New password again', 'The two are not the same');
    await page.getByLabel('New password again').fill('long enough for it');
    await change.click();
    await beside(page, 'Current password', /current password is another one/);
  }

  /** Of an account's name; it is taken. */
  async ofAccount(taken: string): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/venues`);
    await page.getByRole('button', { name: 'Add an account' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(taken);
    await dialog.getByLabel('Environment').click();
    await page.getByRole('option', { name: /Sandbox/ }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await beside(dialog, 'Name', new RegExp(taken));
    await dialog.getByRole('button', { name: 'Not now' }).click();
  }

  /** Of a backtest, which is left on its page. */
  async ofBacktest(): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/backtests/new`);
    const run = page.getByRole('button', { name: 'Run the backtest' });
    await page.getByLabel('Capital').fill('a lot');
    await page.getByLabel('Fee', { exact: true }).fill('-1');
    await page.getByLabel('From', { exact: true }).fill('2026-01-02T00:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-01T00:00');
    await page.getByLabel('Stop-loss').fill('half');
    await page.getByRole('switch', { name: 'Only within a trading window' }).click();
    await page.getByLabel('Hours', { exact: true }).fill('');
    await run.click();
    await beside(page, 'Capital', '“a lot” is not a number');
    await beside(page, 'Fee', 'Write zero or more');
    await beside(page, 'To', 'The end must be after the start');
    await beside(page, 'Stop-loss', '“half” is not a number');
    await beside(page, 'Hours', /Write hours/);
    // What only the server knows is told while it is typed, and beside the field once it is sent.
    await page.getByLabel('Capital').fill('1000');
    await page.getByLabel('Fee', { exact: true }).fill('0.1');
    await page.getByLabel('From', { exact: true }).fill('');
    await page.getByLabel('To', { exact: true }).fill('');
    await page.getByLabel('Stop-loss').fill('');
    await page.getByLabel('Hours', { exact: true }).fill('09:30-16:00 Londn');
    await page.getByText(/did you mean 'Europe\/London'/).first().waitFor();
    await run.click();
    await beside(page, 'Hours', /did you mean 'Europe\/London'/);
    if (!page.url().endsWith('/backtests/new')) throw new Error('a backtest was made of mistakes');
  }

  /** Of a walk-forward, which is left on its page: what only the form knows, then what only the server knows. */
  async ofWalk(): Promise<void> {
    const { page } = this;
    await page.goto(`${this.address}/backtests/new`);
    await page.getByRole('combobox', { name: 'Kind of bot' }).click();
    await page.getByRole('option', { name: 'SMA crossover' }).click();
    await page.getByRole('radio', { name: 'Walk-forward' }).click();
    const run = page.getByRole('button', { name: 'Run the walk-forward' });
    await page.getByLabel('Folds').fill('0');
    await page.getByLabel('From (Fast)').fill('100');
    await page.getByLabel('To (Fast)').fill('many');
    await run.click();
    await beside(page, 'Folds', /Write a whole number from 1 to 100/);
    await beside(page, 'To (Fast)', '“many” is not a number');
    await page.getByLabel('Folds').fill('2');
    await page.getByLabel('To (Fast)').fill('120');
    for (const [label, value] of [['From (Slow)', '20'], ['To (Slow)', '40'], ['Step (Slow)', '10']] as const) await page.getByLabel(label).fill(value);
    await run.click();
    await beside(page, 'From (Fast)', /must be below/);
    if (!page.url().endsWith('/backtests/new')) throw new Error('a walk-forward was made of mistakes');
  }

  /** On a backtest's page: its bot cannot have a name that is taken. */
  async ofPromotion(taken: string): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Make a bot of it' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(taken);
    await dialog.getByRole('button', { name: 'Make the bot' }).click();
    await beside(dialog, 'Name', new RegExp(taken));
    await dialog.getByRole('button', { name: 'Not now' }).click();
  }

  /** On a stopped bot's page: another edition with settings that cannot be, and the bot stays as it was. */
  async ofEdition(name: string, capital: string): Promise<void> {
    const { page } = this;
    const bot = page.url().split('?')[0]!;
    await page.goto(`${bot}/edit`);
    await page.getByRole('button', { name: 'Market and money' }).click();
    await page.getByLabel('Capital').fill('0');
    await page.getByRole('button', { name: 'Continue' }).click();
    await beside(page, 'Capital', 'Write a number above zero');
    await page.goto(bot);
    await page.getByRole('heading', { name: new RegExp(name) }).waitFor();
    await page.getByText(`of ${capital}`).first().waitFor();
  }
}
