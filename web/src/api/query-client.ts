// The one place where server state lives.
import { notifyManager, QueryClient, replaceEqualDeep } from '@tanstack/react-query';

import { Problem } from './problem';

function itemsOf(data: unknown): readonly unknown[] | null {
  const items = typeof data === 'object' && data !== null && 'items' in data ? data.items : null;
  return Array.isArray(items) ? items : null;
}

/** What of newer data is the same stays the same object, so that nothing is drawn again for it.
 *
 * A page that an event changed has its old items in it, in other places: they are what is the same. To compare each place
 * with what stood there before, as is done with a page that was read again, would make all of them new.
 */
export function shared(old: unknown, now: unknown): unknown {
  const [was, is] = [itemsOf(old), itemsOf(now)];
  if (was && is) {
    const known = new Set(was);
    if (is.some((one) => known.has(one))) return now;
  }
  return replaceEqualDeep(old, now);
}

// At once, and not in a task of its own that comes after whatever else is waiting.
notifyManager.setScheduler(queueMicrotask);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Live events keep what is shown fresh; a page that is opened again asks anyway after this long.
      staleTime: 15_000,
      structuralSharing: shared,
      refetchOnWindowFocus: false,
      retry: (tries, error) => tries < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});
