import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, data } from './client';
import { keys } from './keys';
import type { BacktestResult, NewBacktest, WalkResult } from './types';

export const backtestList = (query: { limit?: number; offset?: number } = {}) =>
  queryOptions({
    queryKey: [...keys.backtests, 'list', query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/backtests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const oneBacktest = (job_id: string) =>
  queryOptions({
    queryKey: keys.backtest(job_id),
    queryFn: ({ signal }) => data(api.GET('/api/v1/backtests/{job_id}', { params: { path: { job_id } }, signal })),
  });

export const backtestResult = (job_id: string, done: boolean) =>
  queryOptions({
    queryKey: ['backtest-result', job_id],
    // The client's types forget how long a tuple is; the contract says it.
    queryFn: ({ signal }) =>
      data(api.GET('/api/v1/backtests/{job_id}/result', { params: { path: { job_id } }, signal })) as Promise<unknown> as Promise<BacktestResult>,
    enabled: done,
    staleTime: Infinity,
  });

export const walkResult = (job_id: string, done: boolean) =>
  queryOptions({
    queryKey: ['walk-result', job_id],
    queryFn: ({ signal }) =>
      data(api.GET('/api/v1/backtests/{job_id}/walk', { params: { path: { job_id } }, signal })) as Promise<unknown> as Promise<WalkResult>,
    enabled: done,
    staleTime: Infinity,
  });

export const datasetList = queryOptions({
  queryKey: keys.datasets,
  queryFn: ({ signal }) => data(api.GET('/api/v1/datasets', { params: { query: { limit: 1000 } }, signal })),
});

export const factFileList = queryOptions({
  queryKey: keys.factFiles,
  queryFn: ({ signal }) => data(api.GET('/api/v1/fact-files', { params: { query: { limit: 1000 } }, signal })),
});

export function useMakeBacktest() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewBacktest; key: string }) =>
      data(api.POST('/api/v1/backtests', { body, params: { header: { 'idempotency-key': key } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.backtests }),
  });
}

export function useCancelBacktest(job_id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => data(api.DELETE('/api/v1/backtests/{job_id}', { params: { path: { job_id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.backtests }),
  });
}

export function usePromote(job_id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: { name: string; account_id: string; timeframe?: string | null; start: boolean }; key: string }) =>
      data(api.POST('/api/v1/backtests/{job_id}/promote', { params: { path: { job_id }, header: { 'idempotency-key': key } }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.bots }),
  });
}
