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

export function page<Item>(items: readonly Item[], { query }: Asked): Answer {
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('offset') ?? 0);
  return [200, { items: items.slice(offset, offset + limit), total: items.length, limit, offset }];
}
