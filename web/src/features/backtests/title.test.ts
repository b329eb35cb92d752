import { expect, test } from 'vitest';

import type { Backtest } from '@/api/types';

import { titleOf } from './title';

const asked = (given: Partial<Backtest['request']>) => titleOf({ strategy: 'rsi', symbols: [], dataset_ids: [], ...given } as Backtest['request']);

test('a backtest is called by its symbols, never by the names of its data sets', () => {
  expect(asked({ symbols: ['BTC/USDT', 'ETH/USDT'], dataset_ids: ['recorded:0197:BTC/USDT'] })).toBe('RSI on BTC/USDT, ETH/USDT');
  expect(asked({ dataset_ids: ['recorded:0197:BTC/USDT', 'history:binance:1m:ETH/USDT:USDT'] })).toBe('RSI on BTC/USDT, ETH/USDT:USDT');
  expect(asked({ tape: { trades: 'trades/BTC-USDT.csv' } as Backtest['request']['tape'] })).toBe('RSI on BTC-USDT.csv');
  expect(asked({ dataset_ids: ['odd'] })).toBe('RSI on odd');
});
