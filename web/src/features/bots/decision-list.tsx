import { ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';

import type { Decision } from '@/api/types';
import { words } from '@/lib/words';
import { When } from '@/ui/when';

import { DecisionEntry } from './decision-entry';
import { gathered, MISSED, QUIET, type Gathered } from './quiet';

/** Entries of a journal, the newest first. what: what each quiet one is of, "candle" or "moment". */
export function DecisionList({ entries, what }: { entries: readonly Decision[]; what: string }) {
  const [read, setRead] = useState<ReadonlySet<number>>(new Set());
  const opened = (seq: number, open: boolean) => setRead((now) => new Set(open ? [...now, seq] : [...now].filter((one) => one !== seq)));
  return (
    <ol className="divide-y divide-line border-t border-line">
      {gathered(entries, read).map(({ entry, like, about }) => (
        // A run is known by its oldest: what is opened of it stays open as more come.
        <Fragment key={(like.at(-1) ?? entry).seq}>
          <DecisionEntry key={entry.seq} entry={entry} onOpen={(open) => opened(entry.seq, open)} />
          {like.length > 0 && <Folded like={like} about={about} what={what} />}
        </Fragment>
      ))}
    </ol>
  );
}

function said(number: number, about: string, what: string): string {
  if (about === MISSED) return number === 1 ? 'and away once more before' : `and away ${number} more times before`;
  if (about === QUIET) return `and ${number} quiet ${number === 1 ? what : `${what}s`} like it`;
  return `and ${number} more of which nothing came either: ${words(about)}`;
}

function Folded({ like, about, what }: Omit<Gathered, 'entry'> & { what: string }) {
  return (
    <li>
      <details className="group/run">
        <summary className="flex cursor-pointer list-none items-center gap-3 px-4 py-2 text-xs text-ink-3 -outline-offset-2 hover:bg-hover">
          <span className="w-4 shrink-0 text-center" aria-hidden>
            ⋮
          </span>
          <span className="flex-1">
            {said(like.length, about, what)}, back to <When ms={like.at(-1)!.time_ms} />
          </span>
          <ChevronRight className="size-4 shrink-0 transition-transform group-open/run:rotate-90" aria-hidden />
        </summary>
        <ol className="divide-y divide-line border-t border-line">
          {like.map((one) => (
            <DecisionEntry key={one.seq} entry={one} />
          ))}
        </ol>
      </details>
    </li>
  );
}
