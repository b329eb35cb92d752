// Decisions that changed nothing, one after the other: a quiet market writes one for each candle, and what was done would
// be lost among them. So it would among candles that went by while a bot was away, and among orders that one and the same
// limit held back.
import type { Decision } from '@/api/types';

/** An entry, and those right before it in the journal that are of the same as it is. */
export interface Gathered {
  entry: Decision;
  like: Decision[];
  /** of what they are: QUIET, MISSED, or the code of what held them back; empty: of something of its own */
  about: string;
}

export const QUIET = 'quiet';
export const MISSED = 'missed';

/** It decided, and neither wants anything else than before nor was held back. What it saw may differ. */
export function isQuiet(entry: Decision): boolean {
  return entry.kind === 'decided' && entry.rows.length === 0 && entry.notes.length === 0;
}

/** The one reason for which nothing came of it. */
function heldBack({ kind, rows, notes }: Decision): string {
  const [first] = notes;
  const one = kind === 'decided' && first && notes.every(({ code }) => code === first.code);
  return one && rows.every(({ state }) => state === 'ended') ? first.code : '';
}

const isDropped = ({ kind, rows, notes }: Decision) => kind === 'decided' && notes.length === 0 && rows.length > 0 && rows.every(({ state }) => state === 'empty');

/** older: the entry before it; what was held back is dropped by the next decision, and that says no more than it did. */
function aboutOf(entry: Decision, older: Decision | undefined): string {
  if (isQuiet(entry)) return QUIET;
  if (entry.kind === MISSED) return MISSED;
  return heldBack(older && isDropped(entry) ? older : entry);
}

/** Entries, the newest first, with runs of those that tell the same under the newest of each. None is left out.
 *
 * read: those that somebody is reading; what comes meanwhile does not fold them away.
 */
export function gathered(entries: readonly Decision[], read: ReadonlySet<number> = new Set()): Gathered[] {
  const found: Gathered[] = [];
  entries.forEach((entry, at) => {
    const about = aboutOf(entry, entries[at + 1]);
    const last = found.at(-1);
    if (last && about && last.about === about && !read.has(entry.seq)) last.like.push(entry);
    else found.push({ entry, like: [], about });
  });
  return found;
}
