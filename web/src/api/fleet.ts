// The whole fleet: its summary, its curve, its halt, its markets.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, data } from './client';
import { keys } from './keys';
import type { Asked, Health, PriceUpdate } from './types';

export const fleetSummary = queryOptions({
  queryKey: keys.summary,
  queryFn: ({ signal }) => data(api.GET('/api/v1/summary', { signal })),
  // Where nothing can be written nothing is told either.
  refetchInterval: 30_000,
});

export const fleetEquity = (query: Asked<'equity_of_fleet'>) =>
  queryOptions({
    queryKey: [...keys.equity, 'fleet', query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/equity', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    // Marks come with every candle, told or not.
    refetchInterval: 30_000,
  });

export const botEquity = (bot_id: string, query: Asked<'equity_of_bot'> = {}) =>
  queryOptions({
    queryKey: [...keys.equity, 'bot', bot_id, query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/bots/{bot_id}/equity', { params: { path: { bot_id }, query }, signal })),
    placeholderData: keepPreviousData,
    // Marks come with every candle, told or not.
    refetchInterval: 30_000,
  });

export const marketList = queryOptions({
  queryKey: keys.markets,
  queryFn: ({ signal }) => data(api.GET('/api/v1/markets', { params: { query: { limit: 1000 } }, signal })),
});

export const health = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }) => {
    const answer = await api.GET('/api/v1/health/detailed', { signal });
    return (answer.data ?? answer.error) as Health;
  },
  refetchInterval: 30_000,
});

/** The last price told by the live connection; nothing is asked for it. */
export const lastPrice = (account: { venue: string; environment: string; source: string } | undefined, symbol: string, timeframe: string) =>
  queryOptions<PriceUpdate | null>({
    queryKey: keys.price(account?.venue ?? '', account?.environment ?? '', account?.source ?? '', symbol, timeframe),
    queryFn: () => null,
    staleTime: Infinity,
    enabled: false,
  });

export function useHaltAll() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (halt: { reason: string } | null) =>
      halt ? data(api.POST('/api/v1/halt', { body: halt })) : data(api.DELETE('/api/v1/halt')),
    onSuccess: (answer) => {
      // While the database is away a halt is only noted, and nothing can be summed up.
      if ('bots' in answer) cache.setQueryData(fleetSummary.queryKey, answer);
      else void cache.invalidateQueries({ queryKey: keys.summary });
      void cache.invalidateQueries({ queryKey: keys.bots });
    },
  });
}
