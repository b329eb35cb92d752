// From event name to cache action: the only table of it. Events are gathered for a moment and applied together, so that
// a market at sixty times its pace paints a few times a second and not a few hundred. The first after a quiet moment waits
// only for what comes in the same breath.
import { notifyManager, type QueryClient } from '@tanstack/react-query';

import { keys } from '@/api/keys';
import { queryClient } from '@/api/query-client';
import type { LiveEvents } from '@/api/types';

import { applyFills, applyMarkets, applyOrders, applyPositions, applyPrices, applyProgress, applyStatuses } from './apply';
import { remember } from './notifications';
import { soon } from './soon';

type Table = { [Event in keyof LiveEvents]: (cache: QueryClient, told: readonly LiveEvents[Event][]) => void };

const GATHER_MS = 40;
const BREATH_MS = 4;

const table: Table = {
  trade_executed: (cache, fills) => {
    applyFills(cache, fills);
    soon(cache, keys.roundTrips, 1_000);
    soon(cache, keys.equity, 5_000);
    for (const { bot_id } of fills) soon(cache, keys.decisions(bot_id), 1_000);
  },
  order_updated: applyOrders,
  position_updated: (cache, positions) => {
    applyPositions(cache, positions);
    soon(cache, keys.summary, 2_000);
  },
  bot_status_changed: (cache, statuses) => {
    applyStatuses(cache, statuses);
    soon(cache, keys.summary, 2_000);
    for (const { id } of statuses) {
      soon(cache, keys.decisions(id), 2_000);
      // What needs attention is worked out from more than an event says.
      soon(cache, keys.bot(id), 1_000);
    }
  },
  price_update: (cache, prices) => {
    applyPrices(cache, prices);
    if (!prices.some((one) => one.closed)) return;
    // Nothing tells of it, but what is held is worth something else with every close.
    for (const key of [keys.bots, keys.summary, keys.equity, keys.positions]) soon(cache, key, 3_000);
  },
  market_status_changed: applyMarkets,
  notification: (cache, notifications) => {
    remember(cache, notifications);
    soon(cache, keys.summary, 1_000);
  },
  job_progress: (cache, told) => {
    for (const one of told) applyProgress(cache, one);
  },
};

export const EVENTS = Object.keys(table) as (keyof LiveEvents)[];

// What was told of each event since the last time, in its order.
let gathered = new Map<keyof LiveEvents, unknown[]>();
let applied_ms = -Infinity;

export function take<Event extends keyof LiveEvents>(event: Event, ...told: LiveEvents[Event][]): void {
  if (gathered.size === 0) setTimeout(flush, Math.max(BREATH_MS, applied_ms + GATHER_MS - performance.now()));
  const before = gathered.get(event);
  if (before) before.push(...told);
  else gathered.set(event, told);
}

function apply<Event extends keyof LiveEvents>(event: Event, told: unknown[]): void {
  table[event](queryClient, told as LiveEvents[Event][]);
}

function flush(): void {
  const now = gathered;
  gathered = new Map();
  notifyManager.batch(() => {
    for (const [event, told] of now) apply(event, told);
  });
  applied_ms = performance.now();
  // For a browser's own profiler, and for who measures how soon it shows; nothing is kept of it.
  performance.mark('told');
  performance.clearMarks('told');
}
