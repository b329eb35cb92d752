import { quantity } from '@/lib/format';
import { sentence } from '@/lib/words';
import { Card } from '@/ui/card';
import { When } from '@/ui/when';

import type { Note } from './rows';

const SHOWN = 8;

/** Two numbers that were held against each other, in their unit. */
function numbersOf({ value, limit, unit }: Pick<Note, 'value' | 'limit' | 'unit'>): string {
  return `${quantity(value)} against ${quantity(limit)} ${unit ?? ''}`.trimEnd();
}

/** What the gate, the rounding and the venue did to its orders. */
export function NoteList({ notes }: { notes: readonly Note[] }) {
  const counts = new Map<string, number>();
  for (const note of notes) counts.set(note.code, (counts.get(note.code) ?? 0) + 1);
  return (
    <Card title="Notes">
      {notes.length === 0 && <p className="text-sm text-ink-3">Nothing was cut, refused or rounded away.</p>}
      {notes.length > 0 && (
        <>
          <p className="mb-3 text-xs text-ink-3">{[...counts].map(([code, number]) => `${sentence(code)} ${number}×`).join(', ')}</p>
          <ul className="divide-y divide-line text-sm">
            {notes.slice(-SHOWN).map((note) => (
              <li key={`${note.time_ms}-${note.code}-${note.slot}-${note.symbol}`} className="flex items-baseline justify-between gap-4 py-2 first:pt-0 last:pb-0">
                <span>
                  <span className="font-medium">{sentence(note.code)}</span>{' '}
                  <span className="num text-ink-3">
                    {note.reached == null ? (
                      numbersOf(note)
                    ) : (
                      <>
                        {quantity(note.value)} {note.unit ?? ''} wanted; the limit was reached at {numbersOf(note.reached)}, <When ms={note.reached.time_ms} />
                      </>
                    )}
                  </span>
                </span>
                <When ms={note.time_ms} className="text-xs text-ink-3" />
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
