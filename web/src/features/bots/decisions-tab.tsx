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

const KINDS = ['', 'decided', 'filled', 'requested', 'ended', 'charged', 'halted'] as const;

/** The journal: what it did, what it did not do, and why. */
export function DecisionsTab({ bot }: { bot: Bot }) {
  const [kind, setKind] = useState<(typeof KINDS)[number]>('');
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
        <Empty icon={Brain} title="Nothing decided yet">
          Every decision is written here with the values it saw and the reasons it had, also where it did nothing.
        </Empty>
      )}
      {paced && <p className="border-b border-line px-4 pb-3 text-xs text-ink-3">Times are the market’s own, which does not go by your clock. Hold the pointer over one for the time it was here.</p>}
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
