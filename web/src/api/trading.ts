// What bots did and hold: fills, orders, positions, round trips, decisions.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, data, file } from './client';
import { keys } from './keys';
import type { Asked, FillPage } from './types';

export const fillList = (query: Asked<'fills_listed'>) =>
  queryOptions({
    queryKey: [...keys.fills, query],
    // Without `Accept: text/csv` it is never a table.
    queryFn: async ({ signal }) => (await data(api.GET('/api/v1/fills', { params: { query }, signal }))) as FillPage,
    placeholderData: keepPreviousData,
  });

export function fillsCsv(query: Asked<'fills_listed'>): Promise<Blob> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null && value !== '') asked.set(name, String(value));
  return file(`/fills?${asked}`, 'text/csv');
}

export const orderList = (query: Asked<'orders_listed'>) =>
  queryOptions({
    queryKey: [...keys.orders, 'list', query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/orders', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const oneOrder = (client_order_id: string) =>
  queryOptions({
    queryKey: [...keys.orders, 'one', client_order_id],
    queryFn: ({ signal }) => data(api.GET('/api/v1/orders/{client_order_id}', { params: { path: { client_order_id } }, signal })),
  });

export const positionList = (query: Asked<'positions_listed'>) =>
  queryOptions({
    queryKey: [...keys.positions, query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/positions', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const roundTripList = (query: Asked<'round_trips_listed'>) =>
  queryOptions({
    queryKey: [...keys.roundTrips, query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/round-trips', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

// Quiet ones are gathered into one row, so a page has to hold more than what is seen of it.
const DECISIONS = 50;

/** The journal, the newest first; further pages go further back. */
export const decisionList = (bot_id: string, kind?: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.decisions(bot_id), kind ?? ''],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/v1/bots/{bot_id}/decisions', {
          params: { path: { bot_id }, query: { limit: DECISIONS, ...(kind ? { kind } : {}), ...(pageParam ? { before_seq: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.items.length < DECISIONS ? undefined : last.items.at(-1)?.seq),
  });

export const closePosition = (bot_id: string, reason: string) =>
  data(api.POST('/api/v1/positions/{bot_id}/close', { params: { path: { bot_id } }, body: { reason } }));
