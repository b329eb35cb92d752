// The pages of backtests, and the form of exits that they share with bots.
import type { Page } from 'playwright-core';

export interface Shot {
  name: string;
  path: string;
  /** without a session */
  signedOut?: boolean;
  act?: (page: Page) => Promise<void>;
}

/** Two targets and one whose share is missing, as it is refused. */
export async function ladder(page: Page, send: string): Promise<void> {
  await page.getByText('Take-profit ladder', { exact: true }).first().click();
  for (const [target, gain, share] of [['First', '2', '50'], ['Second', '5', '']] as const) {
    await page.getByRole('button', { name: /Sell in parts|Add a target/ }).click();
    await page.getByLabel(`${target} target`, { exact: true }).fill(gain);
    await page.getByLabel(`Share sold at the ${target.toLowerCase()} target`).fill(share);
  }
  await page.getByRole('button', { name: 'Add a target' }).click();
  await page.getByRole('button', { name: send }).click();
  await page.getByText('Write which part is sold there').waitFor();
  await page.getByRole('group', { name: 'Take-profit ladder' }).scrollIntoViewIfNeeded();
}

export const BACKTESTS: readonly Shot[] = [
  { name: 'backtests', path: '/backtests' },
  { name: 'backtest-new', path: '/backtests/new' },
  { name: 'backtest-ladder', path: '/backtests/new', act: (page) => ladder(page, 'Run the backtest') },
  {
    name: 'backtest-limits',
    path: '/backtests/new',
    act: async (page) => {
      for (const part of ['Losses', 'In a drawdown', 'Size', 'Orders']) await page.locator('summary').filter({ hasText: part }).click();
      await page.getByLabel('Daily loss').fill('much');
      await page.getByRole('button', { name: 'Run the backtest' }).click();
      await page.getByText('“much” is not a number').waitFor();
    },
  },
  {
    name: 'backtest-slippage',
    path: '/backtests/new',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Slippage by' }).click();
      await page.getByRole('option', { name: 'Size of the order' }).click();
      await page.getByRole('combobox', { name: 'Slippage by' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'backtest-holding',
    path: '/backtests/new',
    act: async (page) => {
      await page.getByRole('switch', { name: 'May be sold short' }).click();
      await page.getByRole('combobox', { name: 'Funding' }).click();
      await page.getByRole('option', { name: 'BTC-USDT.csv' }).click();
      await page.getByLabel('Borrow fee').first().fill('lots');
      await page.getByRole('button', { name: 'Run the backtest' }).click();
      await page.getByText('Write percent a year, or leave it empty').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'backtest-tape',
    path: '/backtests/new',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Orders meet' }).click();
      await page.getByRole('option', { name: 'BTC-USDT.parquet' }).click();
      await page.getByLabel('Part of each trade').fill('10');
      await page.getByText('Prices met', { exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'backtest-held',
    path: '/backtests/0191c000-0000-7000-8000-000000000003',
    act: async (page) => {
      await page.getByText('What holding cost and brought').first().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'backtest-walk-form',
    path: '/backtests/new',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Kind of bot' }).click();
      await page.getByRole('option', { name: 'SMA crossover' }).click();
      await page.getByRole('radio', { name: 'Walk-forward' }).click();
      await page.getByRole('switch', { name: 'Search over Short' }).click();
      await page.getByLabel('From (Fast)').fill('300');
      await page.getByLabel('Chosen on').fill('long');
      await page.getByRole('button', { name: 'Run the walk-forward' }).click();
      await page.getByText('or a date such as 2024-01-31').waitFor();
      await page.getByText('Searched over', { exact: true }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'backtest-walk', path: '/backtests/0191c000-0000-7000-8000-000000000005' },
  {
    name: 'backtest-walk-windows',
    path: '/backtests/0191c000-0000-7000-8000-000000000005',
    act: async (page) => {
      await page.getByText('How steadily it is chosen').first().scrollIntoViewIfNeeded();
    },
  },
  { name: 'backtest-holdout', path: '/backtests/0191c000-0000-7000-8000-000000000006' },
  { name: 'backtest-report', path: '/backtests/0191c000-0000-7000-8000-000000000001' },
  { name: 'backtest-failed', path: '/backtests/0191c000-0000-7000-8000-000000000004' },
  {
    name: 'backtest-promote',
    path: '/backtests/0191c000-0000-7000-8000-000000000001',
    act: async (page) => {
      await page.getByRole('button', { name: 'Make a bot of it' }).click();
    },
  },
];
