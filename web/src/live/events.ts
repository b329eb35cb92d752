// From event name to cache action: the only table of it. Events are gathered for a moment and applied together, so that
// a market at sixty times its pace paints a few times a second and not a few hundred. The first after a quiet moment waits
// only for what comes in the same breath.
import { notifyManager, type QueryClient } from '@tanstack/react-query';

import { keys } from '@/api/keys';
import { queryClient } from '@/api/query-client';
import type { LiveEvents } from '@/api/types';

import { applyFill, applyMarket, applyOrder, applyPosition, applyPrice, applyProgress, applyStatus } from './apply';
import { remember } from './notifications';
import { soon } from './soon';

type Table = { [Event in keyof LiveEvents]: (cache: QueryClient, told: LiveEvents[Event]) => void };

const GATHER_MS = 40;
const BREATH_MS = 4;

const table: Table = {
  trade_executed: (cache, fill) => {
    applyFill(cache, fill);
    soon(cache, keys.roundTrips, 1_000);
    soon(cache, keys.equity, 5_000);
    soon(cache, keys.decisions(fill.bot_id), 1_000);
  },
  order_updated: applyOrder,
  position_updated: (cache, position) => {
    applyPosition(cache, position);
    soon(cache, keys.summary, 2_000);
  },
  bot_status_changed: (cache, status) => {
    applyStatus(cache, status);
    soon(cache, keys.summary, 2_000);
    soon(cache, keys.decisions(status.id), 2_000);
    // What needs attention is worked out from more than an event says.
    soon(cache, keys.bot(status.id), 1_000);
  },
  price_update: (cache, told) => {
    applyPrice(cache, told);
    if (!told.closed) return;
    // Nothing tells of it, but what is held is worth something else with every close.
    for (const key of [keys.bots, keys.summary, keys.equity, keys.positions]) soon(cache, key, 3_000);
  },
  market_status_changed: applyMarket,
  notification: (cache, notification) => {
    remember(cache, notification);
    soon(cache, keys.summary, 1_000);
  },
  job_progress: applyProgress,
};

export const EVENTS = Object.keys(table) as (keyof LiveEvents)[];

let gathered: (() => void)[] = [];
let applied_ms = -Infinity;

export function take<Event extends keyof LiveEvents>(event: Event, told: LiveEvents[Event]): void {
  if (gathered.length === 0) setTimeout(flush, Math.max(BREATH_MS, applied_ms + GATHER_MS - performance.now()));
  gathered.push(() => table[event](queryClient, told));
}

function flush(): void {
  const now = gathered;
  gathered = [];
  notifyManager.batch(() => {
    for (const action of now) action();
  });
  applied_ms = performance.now();
  // For a browser's own profiler, and for who measures how soon it shows; nothing is kept of it.
  performance.mark('told');
  performance.clearMarks('told');
}
