// Which bots the dashboard shows of a crew that is too large for it: those that run before those that do not.
import type { Bot } from '@/api/types';

export function crewShown(running: readonly Bot[], all: readonly Bot[], most: number): Bot[] {
  const known = new Set(running.map(({ id }) => id));
  return [...running, ...all.filter(({ id }) => !known.has(id))].slice(0, most);
}
