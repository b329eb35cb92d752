// Every page of the application, and how to bring it to the state worth looking at.
import type { Page } from 'playwright-core';

import { BACKTESTS, ladder, type Shot } from './backtest-pages';

export type { Shot };

const bot = async (page: Page, name: string) => {
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();
};
const on = (page: Page) => page.getByRole('button', { name: 'Continue' }).click();

async function toStep(page: Page, step: number): Promise<void> {
  await page.getByRole('radio', { name: /Grid/ }).waitFor();
  if (step < 1) return;
  await on(page);
  await page.getByLabel('Name', { exact: true }).fill('btc-night-ladder');
  await page.getByRole('button', { name: 'BTC/USDT' }).click();
  await page.getByLabel('Capital').fill('2500');
  if (step < 2) return;
  await on(page);
  await page.getByLabel('Levels').fill('16');
  await page.getByLabel('Step', { exact: true }).fill('0.4');
  await page.getByText('Orders to begin with').waitFor();
  if (step < 3) return;
  await on(page);
  await page.getByLabel('Stop-loss').fill('6');
  if (step < 4) return;
  await on(page);
  await page.getByRole('switch', { name: /trading window/ }).click();
  if (step < 5) return;
  await on(page);
}

export const SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/sign-in', signedOut: true },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    signedOut: true,
    act: async (page) => {
      await page.getByLabel('Name').fill('admin');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'dashboard', path: '/' },
  { name: 'bots', path: '/bots' },
  { name: 'bots-none', path: '/bots?q=nothing-like-it' },
  { name: 'bot-missing', path: '/bots/01890a5d-ac96-774b-bcce-b302099a8057', act: (page) => page.getByText('There is no bot at this address').waitFor() },
  { name: 'bot-grid', path: '/bots', act: (page) => bot(page, 'btc-ladder') },
  { name: 'bot-trend', path: '/bots', act: (page) => bot(page, 'eth-trend') },
  {
    name: 'bot-why-open',
    path: '/bots',
    act: async (page) => {
      await bot(page, 'eth-trend');
      await page.locator('summary').first().click();
      await page.locator('summary').first().scrollIntoViewIfNeeded();
    },
  },
  { name: 'bot-blocked', path: '/bots', act: (page) => bot(page, 'sol-trend') },
  ...['Orders', 'Trades', 'Round trips', 'Settings'].map((tab) => ({
    name: `bot-tab-${tab.toLowerCase().replace(' ', '-')}`,
    path: '/bots',
    act: async (page: Page) => {
      await bot(page, 'btc-ladder');
      await page.getByRole('tab', { name: tab }).click();
    },
  })),
  {
    name: 'bot-order',
    path: '/bots',
    act: async (page) => {
      await bot(page, 'btc-ladder');
      await page.getByRole('tab', { name: 'Orders' }).click();
      await page.getByRole('tabpanel').getByRole('button', { name: /Limit/ }).first().click();
      await page.getByText('Its life').waitFor();
    },
  },
  {
    name: 'bot-stop',
    path: '/bots',
    act: async (page) => {
      await bot(page, 'btc-ladder');
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
    },
  },
  {
    name: 'bot-tab-settings-ladder',
    path: '/bots',
    act: async (page) => {
      await bot(page, 'eth-trend');
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('tabpanel').getByText('Third target').first().waitFor();
    },
  },
  { name: 'bot-never-ran', path: '/bots', act: (page) => bot(page, 'ada-first-try') },
  { name: 'form-1-kind', path: '/bots/new', act: (page) => toStep(page, 0) },
  { name: 'form-2-market', path: '/bots/new', act: (page) => toStep(page, 1) },
  {
    name: 'form-2-volatility',
    path: '/bots/new',
    act: async (page) => {
      await page.getByRole('radio', { name: /SMA/ }).click();
      await on(page);
      await page.getByLabel('Name', { exact: true }).fill('btc-steady');
      await page.getByRole('button', { name: 'BTC/USDT' }).click();
      await page.getByLabel('Sizing').click();
      await page.getByRole('option', { name: 'Volatility' }).click();
      await page.getByLabel('Looked at over').fill('1.5');
      await on(page);
      await page.getByText('Write a whole number of candles').first().waitFor();
    },
  },
  { name: 'form-3-parameters', path: '/bots/new', act: (page) => toStep(page, 2) },
  {
    name: 'form-3-refused',
    path: '/bots/new',
    act: async (page) => {
      await toStep(page, 2);
      await page.getByLabel('Step', { exact: true }).fill('0.05');
      await page.getByText(/does not pay/).first().waitFor();
    },
  },
  {
    name: 'form-3-out-of-range',
    path: '/bots/new',
    act: async (page) => {
      await toStep(page, 2);
      await page.getByLabel('Step', { exact: true }).fill('101');
      await page.getByLabel('Levels').focus();
      await page.getByText('Between 0 % and 100 %', { exact: true }).waitFor();
      await page.getByText('No orders are drawn until this is mended:').waitFor();
    },
  },
  { name: 'form-4-exits', path: '/bots/new', act: (page) => toStep(page, 3) },
  {
    name: 'form-4-falls',
    path: '/bots/new',
    act: async (page) => {
      await toStep(page, 3);
      await page.getByText('Falling target', { exact: true }).first().click();
      for (const [row, minutes, gain] of [[1, '30', '2'], [2, '30', 'much']] as const) {
        await page.getByRole('button', { name: /Let the target fall|Add an age/ }).click();
        await page.getByLabel(`From an age of (row ${row})`).fill(minutes);
        await page.getByLabel(`Gain (row ${row})`).fill(gain);
      }
      await on(page);
      await page.getByText('There is a row of this age already').waitFor();
      await page.getByRole('group', { name: 'Falling target' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'form-4-ladder',
    path: '/bots/new',
    act: async (page) => {
      await toStep(page, 3);
      await ladder(page, 'Continue');
    },
  },
  { name: 'form-5-schedule', path: '/bots/new', act: (page) => toStep(page, 4) },
  {
    name: 'form-2-paper',
    path: '/bots/new',
    act: async (page) => {
      await toStep(page, 1);
      await page.getByRole('combobox', { name: 'Account' }).click();
      await page.getByRole('option', { name: /^Paper on Binance/ }).click();
      await page.getByLabel('Funding').fill('0.01');
    },
  },
  { name: 'form-6-review', path: '/bots/new', act: (page) => toStep(page, 5) },
  {
    name: 'bot-edit',
    path: '/bots',
    act: async (page) => {
      await bot(page, 'btc-ladder');
      await page.goto(`${page.url()}/edit`);
      await page.getByRole('radio', { name: /Grid/ }).waitFor();
    },
  },
  ...BACKTESTS,
  { name: 'trades', path: '/trades' },
  { name: 'trades-filtered', path: '/trades?symbol=BTC%2FUSDT&side=sell' },
  { name: 'positions', path: '/positions' },
  { name: 'venues', path: '/venues' },
  {
    name: 'venues-key',
    path: '/venues',
    act: async (page) => {
      await page.getByRole('button', { name: 'Replace the key' }).click();
    },
  },
  { name: 'settings', path: '/settings' },
  {
    name: 'halt-dialog',
    path: '/',
    act: async (page) => {
      await page.getByRole('button', { name: 'Halt everything' }).click();
    },
  },
  { name: 'not-found', path: '/no-such-page' },
];
