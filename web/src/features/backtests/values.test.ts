import { expect, it } from 'vitest';

import type { Dataset, Strategy } from '@/api/types';

import { backtestSchema, besideOf, chosenOf, freshValues, requestOf, valuesOf } from './values';

const dataset = (symbol: string, timeframe = '1h') => ({ id: `history:${symbol}:${timeframe}`, symbol, timeframe, title: symbol }) as Dataset;
const [btc, eth, ethMinutes, sol] = [dataset('BTC/USDT'), dataset('ETH/USDT'), dataset('ETH/USDT', '1m'), dataset('SOL/USDT')];
const all = [btc, eth, ethMinutes, sol];
const strategy = { name: 'sma_crossover', parameters: [], sizings: ['percent'], symbols_most: 100 } as unknown as Strategy;

it('asks for every symbol that was chosen, in that order, and fills itself in again from that', () => {
  const values = { ...freshValues(strategy, sol.id), dataset_ids: [sol.id, btc.id] };
  const request = requestOf(values, strategy, all);
  expect(request).toMatchObject({ dataset_ids: [sol.id, btc.id], symbols: ['SOL/USDT', 'BTC/USDT'] });
  expect(valuesOf(request, [strategy]).dataset_ids).toEqual([sol.id, btc.id]);
  expect(backtestSchema(strategy).safeParse(values).success).toBe(true);
});

it('sends a trading window while it is on, and fills it in again', () => {
  const fresh = freshValues(strategy, btc.id);
  expect(requestOf(fresh, strategy, all).trading_window).toBeNull();
  const on = { ...fresh, windowed: true, trading_window: { hours: ' 09:30-16:00 New York mon-fri', calendar: '', at_end: 'flatten' as const, minutes_before: '10' } };
  const request = requestOf(on, strategy, all);
  expect(request.trading_window).toMatchObject({ hours: '09:30-16:00 New York mon-fri', at_end: 'flatten', minutes_before: 10 });
  expect(valuesOf(request, [strategy])).toMatchObject({ windowed: true, trading_window: { hours: '09:30-16:00 New York mon-fri', at_end: 'flatten', minutes_before: '10' } });
});

it('says what is wrong with a trading window beside its field, unless it is off', () => {
  const empty = { ...freshValues(strategy, btc.id), trading_window: { hours: ' ', calendar: '', at_end: 'leave' as const, minutes_before: '1441' } };
  expect(backtestSchema(strategy).safeParse(empty).success).toBe(true);
  const issues = backtestSchema(strategy).safeParse({ ...empty, windowed: true }).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual(['trading_window.minutes_before', 'trading_window.hours']);
});

it('offers beside a choice other symbols of its timeframe alone', () => {
  expect(besideOf([btc], all)).toEqual([eth, sol]);
  expect(besideOf([btc, sol], all)).toEqual([eth]);
  expect(besideOf([], all)).toEqual([]);
});

it('runs on trades in place of candles where some are chosen', () => {
  const values = { ...freshValues(strategy, btc.id), dataset_ids: [btc.id], timeframe: 'tick' };
  const on = { ...values, tape: { ...values.tape, trades: 'trades/BTC-USDT.csv' } };
  expect(requestOf(on, strategy, all)).toMatchObject({ dataset_ids: [], symbols: [], tape: { trades: 'trades/BTC-USDT.csv' } });
  expect(backtestSchema(strategy).safeParse({ ...on, dataset_ids: [] }).success).toBe(true);
  expect(requestOf(values, strategy, all)).toMatchObject({ dataset_ids: [btc.id], tape: null, shortable: false });
});

it('lets go of candles that are gone and refuses to run on none', () => {
  expect(chosenOf(['history:gone', eth.id], all)).toEqual([eth]);
  expect(backtestSchema(strategy).safeParse(freshValues(strategy, '')).success).toBe(false);
});
