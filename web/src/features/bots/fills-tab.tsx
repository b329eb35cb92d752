import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';

import { fillList } from '@/api/trading';
import type { Bot, Fill } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { money, price, quantity } from '@/lib/format';
import { FIRST_LEAF, useLeafing } from '@/lib/use-leafing';
import { sentence, words } from '@/lib/words';
import { DataTable } from '@/ui/data-table';
import { FillCard } from '@/ui/fill-card';
import { Loaded } from '@/ui/loaded';
import { Pager } from '@/ui/pager';
import { Profit, Side } from '@/ui/profit';
import { Empty } from '@/ui/states';
import { When } from '@/ui/when';

const SIZE = 50;
const quoteOf = (fill: Fill) => fill.symbol.split('/')[1] ?? '';

const columns: ColumnDef<Fill, unknown>[] = [
  { id: 'time', header: 'Time', cell: ({ row }) => <When ms={row.original.time_ms} className="text-ink-2" /> },
  { id: 'side', header: 'Side', cell: ({ row }) => <Side side={row.original.side} /> },
  { id: 'qty', header: 'Quantity', cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
  { id: 'price', header: 'Price', cell: ({ row }) => price(row.original.price), meta: { align: 'right' } },
  { id: 'fee', header: 'Fee', cell: ({ row }) => `${money(row.original.fee, row.original.fee_asset)} ${row.original.fee_asset}`, meta: { align: 'right' } },
  {
    id: 'realized',
    header: 'Realised',
    cell: ({ row }) => (signOf(row.original.realized) === 0 ? <span className="text-ink-3">–</span> : <Profit value={row.original.realized} asset={quoteOf(row.original)} />),
    meta: { align: 'right' },
  },
  { id: 'why', header: 'Why', cell: ({ row }) => sentence(row.original.reason) },
  { id: 'how', header: 'How', cell: ({ row }) => <span className="text-ink-3">{`${words(row.original.kind)}, ${words(row.original.liquidity)}`}</span> },
];

export function FillsTab({ bot }: { bot: Bot }) {
  const [{ page, after }, setLeaf] = useState(FIRST_LEAF);
  const turn = useLeafing({ page, after }, setLeaf);
  const fills = useQuery(fillList({ bot_id: bot.id, limit: SIZE, ...(after ? { after } : {}) }));
  return (
    <Loaded query={fills}>
      {({ items, total, next }) =>
        total === 0 ? (
          <Empty icon={ArrowLeftRight} title="No trade yet">
            Trades appear here the moment they happen.
          </Empty>
        ) : (
          <>
            <DataTable label="Trades" columns={columns} rows={items} rowId={(fill) => fill.id} card={(fill) => <FillCard fill={fill} head={fill.symbol} />} />
            <Pager page={page} size={SIZE} total={total} shown={items.length} more={next !== null && !fills.isPlaceholderData} onPage={(to) => turn(to, next)} />
          </>
        )
      }
    </Loaded>
  );
}
