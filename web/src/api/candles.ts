import { queryOptions } from '@tanstack/react-query';

import { api, data } from './client';
import { keys } from './keys';
import type { Candles } from './types';

export const CANDLES_SHOWN = 1000;

export const botCandles = (bot_id: string, symbol?: string) =>
  queryOptions({
    queryKey: [...keys.candles(bot_id), symbol ?? ''],
    queryFn: ({ signal }) => candlesOf(bot_id, { limit: CANDLES_SHOWN, ...(symbol ? { symbol } : {}) }, signal),
  });

export function candlesOf(bot_id: string, query: { symbol?: string; from_ms?: number; to_ms?: number; limit?: number }, signal?: AbortSignal): Promise<Candles> {
  return rows(data(api.GET('/api/v1/bots/{bot_id}/candles', { params: { path: { bot_id }, query }, ...(signal ? { signal } : {}) })));
}

/** The client's types forget how long a tuple is; the contract says it. */
const rows = (answer: Promise<unknown>) => answer as Promise<Candles>;

export const accountCandles = (account_id: string, symbol: string, timeframe: string) =>
  queryOptions({
    queryKey: ['account-candles', account_id, symbol, timeframe],
    queryFn: ({ signal }) =>
      rows(
        data(
          api.GET('/api/v1/accounts/{account_id}/candles', {
            params: { path: { account_id }, query: { symbol, timeframe, limit: 300 } },
            signal,
          }),
        ),
      ),
    enabled: Boolean(account_id && symbol && timeframe),
    retry: false,
  });

/** Whether both are of the same shares: candles of before a split are restated, so that none of an earlier answer goes on. */
export const sameShares = (one: Candles, other: Candles) => one.splits.length === other.splits.length;

/** `old` followed by `fresh`, which replaces what it overlaps; indicators go along. */
export function joined(old: Candles, fresh: Candles): Candles {
  const first = fresh.rows[0];
  if (!first || fresh.symbol !== old.symbol) return old;
  const kept = old.rows.findIndex((row) => row[0] >= first[0]);
  const at = kept < 0 ? old.rows.length : kept;
  const indicators: Candles['indicators'] = {};
  for (const name of new Set([...Object.keys(old.indicators), ...Object.keys(fresh.indicators)])) {
    const before = old.indicators[name] ?? old.rows.map(() => null);
    const after = fresh.indicators[name] ?? fresh.rows.map(() => null);
    indicators[name] = [...before.slice(0, at), ...after];
  }
  return { ...old, rows: [...old.rows.slice(0, at), ...fresh.rows], indicators, panes: { ...old.panes, ...fresh.panes } };
}
