import { useInfiniteQuery } from '@tanstack/react-query';
import { Brain } from 'lucide-react';
import { useState } from 'react';

import { decisionList } from '@/api/trading';
import type { Bot } from '@/api/types';
import { sentence } from '@/lib/words';
import { Button } from '@/ui/button';
import { Segments } from '@/ui/choice';
import { Empty, Failed, SkeletonRows } from '@/ui/states';

import { DecisionList } from './decision-list';
import { QuietCloses } from './quiet-closes-entry';

/** Kinds of entries, and what is true of a bot that has none of one. */
const NONE = {
  '': ['Nothing decided yet', 'Every decision is written here with the values it saw and the reasons it had, also where it did nothing.'],
  decided: ['Nothing decided yet', 'An entry is written where a close changed what it wants, or was kept from it.'],
  filled: ['Nothing filled yet', 'What it bought and sold is written here.'],
  requested: ['Nothing requested yet', 'What it asked the venue to place or cancel is written here.'],
  ended: ['No order has ended unfilled', 'Orders that were cancelled, refused or ended by the venue are written here.'],
  charged: ['Nothing was charged', 'What holding costs, funding and borrowing, is written here.'],
  commanded: ['Nobody has told it anything', 'It is written here who paused, resumed or flattened it, or kept it from opening, and why.'],
  halted: ['It was never halted', 'What halted it is written here. Pauses by hand are under “Commanded”.'],
} as const;
type Kind = keyof typeof NONE;
const KINDS = Object.keys(NONE) as Kind[];

/** The journal: what it did, what it did not do, and why. */
export function DecisionsTab({ bot }: { bot: Bot }) {
  const [kind, setKind] = useState<Kind>('');
  const journal = useInfiniteQuery(decisionList(bot.id, kind || undefined));
  const entries = journal.data?.pages.flatMap((page) => page.items) ?? [];
  const changed = entries.find((one) => one.kind === 'decided') ?? entries[0];
  const paced = entries.some((one) => one.here_ms != null);
  return (
    <div>
      <div className="scroll-thin overflow-x-auto px-4 py-3">
        <Segments label="Kind of entry" value={kind} onChange={setKind} options={KINDS.map((value) => ({ value, label: value ? sentence(value) : 'All' }))} />
      </div>
      {journal.isPending && <SkeletonRows />}
      {journal.isError && entries.length === 0 && <Failed error={journal.error} retry={() => void journal.refetch()} />}
      {journal.isSuccess && entries.length === 0 && (
        <Empty icon={Brain} title={NONE[kind][0]}>
          {NONE[kind][1]}
        </Empty>
      )}
      {paced && <p className="border-b border-line px-4 pb-3 text-xs text-ink-3">Times are the market’s own, which does not go by your clock. Beside each stands the time it was here.</p>}
      {changed && bot.state === 'running' && (kind === '' || kind === 'decided') && <QuietCloses bot={bot} after_ms={changed.time_ms} />}
      <DecisionList key={kind} entries={entries} what={bot.settings.trading_frequency_s > 0 ? 'moment' : 'candle'} />
      {journal.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button size="sm" busy={journal.isFetchingNextPage} onClick={() => void journal.fetchNextPage()}>
            Show earlier ones
          </Button>
        </div>
      )}
    </div>
  );
}
