// What is asked of a route, what it answers, and a part of a list.
import type { World } from './world';

export interface Asked {
  world: World;
  parts: Record<string, string>;
  query: URLSearchParams;
  body: never;
  headers: Record<string, string | string[] | undefined>;
  now: number;
}

export type Answer = [status: number, body?: unknown];

/** A page that goes on after an item, by what tells it apart. */
export function leaf<Item>(items: readonly Item[], { query }: Asked, key: (item: Item) => string): Answer {
  const [limit, offset, after] = [Number(query.get('limit') ?? 100), Number(query.get('offset') ?? 0), query.get('after')];
  const begin = offset + (after ? items.findIndex((one) => key(one) === after) + 1 : 0);
  const shown = items.slice(begin, begin + limit);
  return [200, { items: shown, total: items.length, limit, offset, next: begin + limit < items.length ? key(shown.at(-1)!) : null }];
}

export function page<Item>(items: readonly Item[], { query }: Asked): Answer {
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('offset') ?? 0);
  return [200, { items: items.slice(offset, offset + limit), total: items.length, limit, offset }];
}
