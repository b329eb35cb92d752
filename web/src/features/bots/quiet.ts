// Decisions that changed nothing, one after the other: a quiet market writes one for each candle, and what was done would
// be lost among them.
import type { Decision } from '@/api/types';

/** An entry, and those right before it in the journal that are as quiet as it is. */
export interface Gathered {
  entry: Decision;
  like: Decision[];
}

/** It decided, and neither wants anything else than before nor was held back. What it saw may differ. */
export function isQuiet(entry: Decision): boolean {
  return entry.kind === 'decided' && entry.rows.length === 0 && entry.notes.length === 0;
}

/** Entries, the newest first, with runs of quiet ones under the newest of each. None is left out.
 *
 * read: those that somebody is reading; what comes meanwhile does not fold them away.
 */
export function gathered(entries: readonly Decision[], read: ReadonlySet<number> = new Set()): Gathered[] {
  const found: Gathered[] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last && isQuiet(last.entry) && isQuiet(entry) && !read.has(entry.seq)) last.like.push(entry);
    else found.push({ entry, like: [] });
  }
  return found;
}
