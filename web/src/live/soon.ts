// Asks again for what an event made old, at most once in a while a key: many fills make one request.
import type { QueryClient } from '@tanstack/react-query';

const asked = new Set<string>();

export function soon(cache: QueryClient, key: readonly string[], wait_ms: number): void {
  const name = key.join('/');
  if (asked.has(name)) return;
  asked.add(name);
  setTimeout(() => {
    asked.delete(name);
    void cache.invalidateQueries({ queryKey: key });
  }, wait_ms);
}
