import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, Download } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';

import { botChoices } from '@/api/bots';
import { messageOf } from '@/api/problem';
import { fillList, fillsCsv } from '@/api/trading';
import type { Asked } from '@/api/types';
import { saveFile } from '@/lib/csv';
import { fromLocalInput } from '@/lib/time';
import { useFilters } from '@/lib/use-filters';
import { useLeafing } from '@/lib/use-leafing';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { FillCard } from '@/ui/fill-card';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Pager } from '@/ui/pager';
import { Empty } from '@/ui/states';
import { TradeFilters } from '@/ui/trade-filters';
import { zoneShort } from '@/lib/time';

import { BotLink, columns } from './columns';

const SIZE = 50;
const FILTERS = ['bot', 'symbol', 'side', 'from', 'to'] as const;

export function TradesPage() {
  const { values, change, after, ...address } = useFilters(FILTERS);
  // A number of a page without the place it begins at is an address of before, and says nothing.
  const page = after ? address.page : 1;
  const turn = useLeafing({ page, after }, (to) => change({ page: to.after ? String(to.page) : '', after: to.after ?? '' }));
  const bots = useQuery(botChoices);
  const [from, to] = [fromLocalInput(values.from ?? ''), fromLocalInput(values.to ?? '')];
  const asked: Asked<'fills_listed'> = {
    ...(values.bot ? { bot_id: values.bot } : {}),
    ...(values.symbol ? { symbol: values.symbol } : {}),
    ...(values.side === 'buy' || values.side === 'sell' ? { side: values.side } : {}),
    ...(from !== null ? { from_ms: from } : {}),
    ...(to !== null ? { to_ms: to } : {}),
  };
  const fills = useQuery(fillList({ ...asked, limit: SIZE, ...(after ? { after } : {}) }));
  const filtered = Object.keys(values).length > 0;
  return (
    <Page title="Trades" about={`Every fill of every bot, the newest first. Times are each market’s own, in ${zoneShort()}.`} actions={<CsvButton asked={asked} />}>
      <Card flush>
        <TradeFilters values={values} onChange={change} bots={bots.data ?? []} withSide />
        <Loaded query={fills}>
          {({ items, total, next }) =>
            total === 0 ? (
              <Empty
                icon={ArrowLeftRight}
                title={filtered ? 'No trade matches' : 'No trade yet'}
                action={filtered && <Button onClick={() => change({ bot: '', symbol: '', side: '', from: '', to: '' })}>Clear the filters</Button>}
              >
                {filtered ? 'Widen the filters to see more.' : 'Start a bot; its trades appear here the moment they happen.'}
              </Empty>
            ) : (
              <>
                <DataTable label="Trades" columns={columns} rows={items} rowId={(fill) => fill.id} card={(fill) => <FillCard fill={fill} head={<BotLink fill={fill} />} />} />
                <Pager page={page} size={SIZE} total={total} shown={items.length} more={next !== null && !fills.isPlaceholderData} onPage={(to) => turn(to, next)} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}

function CsvButton({ asked }: { asked: Asked<'fills_listed'> }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      saveFile('botswain-trades.csv', await fillsCsv(asked));
    } catch (error) {
      toast.error('The file could not be made', { description: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} onClick={() => void save()}>
      <Download aria-hidden />
      CSV
    </Button>
  );
}
