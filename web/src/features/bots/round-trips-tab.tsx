import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { Repeat } from 'lucide-react';
import { useState } from 'react';

import { roundTripList } from '@/api/trading';
import type { Bot, RoundTrip } from '@/api/types';
import { average, money, quantity, trend } from '@/lib/format';
import { duration } from '@/lib/time';
import { FIRST_LEAF, useLeafing } from '@/lib/use-leafing';
import { sentence } from '@/lib/words';
import { DataTable } from '@/ui/data-table';
import { Loaded } from '@/ui/loaded';
import { Pager } from '@/ui/pager';
import { Profit } from '@/ui/profit';
import { Empty } from '@/ui/states';
import { When } from '@/ui/when';

const SIZE = 50;
const quoteOf = (trip: RoundTrip) => trip.symbol.split('/')[1] ?? '';

/** Whether it would be shown as nothing. */
const isNone = (trip: RoundTrip) => trend(trip.profit, money(trip.profit, quoteOf(trip), true)) === 'flat';

const columns: ColumnDef<RoundTrip, unknown>[] = [
  { id: 'entry', header: 'Opened', cell: ({ row }) => <When ms={row.original.entry_ms} className="text-ink-2" />, meta: { phone: 'head' } },
  {
    id: 'held',
    header: 'Held for',
    cell: ({ row: { original: trip } }) => (trip.exit_ms === null ? 'still open' : duration(trip.exit_ms - trip.entry_ms)),
    meta: { align: 'right' },
  },
  { id: 'qty', header: 'Quantity', cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
  { id: 'in', header: 'In at', cell: ({ row }) => average(row.original.entry_price), meta: { align: 'right' } },
  { id: 'out', header: 'Out at', cell: ({ row }) => average(row.original.exit_price), meta: { align: 'right' } },
  { id: 'fees', header: 'Fees', cell: ({ row }) => money(row.original.fees, quoteOf(row.original)), meta: { align: 'right' } },
  {
    id: 'profit',
    header: 'Profit',
    // Of an open one of which nothing was sold there is none yet; what it holds is told with the position.
    cell: ({ row: { original: trip } }) =>
      trip.exit_ms === null && isNone(trip) ? <Profit value={null} /> : <Profit value={trip.profit} asset={quoteOf(trip)} fraction={trip.profit_fraction} className="font-medium" />,
    meta: { align: 'right', phone: 'corner' },
  },
  { id: 'why', header: 'Ended by', cell: ({ row }) => (row.original.exit_reason ? sentence(row.original.exit_reason) : '–') },
];

export function RoundTripsTab({ bot }: { bot: Bot }) {
  const [{ page, after }, setLeaf] = useState(FIRST_LEAF);
  const turn = useLeafing({ page, after }, setLeaf);
  const trips = useQuery(roundTripList({ bot_id: bot.id, limit: SIZE, ...(after ? { after } : {}) }));
  return (
    <Loaded query={trips}>
      {({ items, total, next }) =>
        total === 0 ? (
          <Empty icon={Repeat} title="No round trip yet">
            One is complete when what was bought has been sold again.
          </Empty>
        ) : (
          <>
            <DataTable label="Round trips" columns={columns} rows={items} rowId={(trip) => `${trip.entry_ms}-${trip.exit_ms}-${trip.entry_price}-${trip.qty}`} />
            <Pager page={page} size={SIZE} total={total} shown={items.length} more={next !== null && !trips.isPlaceholderData} onPage={(to) => turn(to, next)} />
          </>
        )
      }
    </Loaded>
  );
}
