import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';

import { average, money, quantity } from '@/lib/format';
import { duration } from '@/lib/time';
import { sentence } from '@/lib/words';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Pager } from '@/ui/pager';
import { Profit } from '@/ui/profit';
import { When } from '@/ui/when';

import type { Trip } from './rows';

const SIZE = 20;
const quoteOf = (trip: Trip) => trip.symbol.split('/')[1] ?? '';

const columns: ColumnDef<Trip, unknown>[] = [
  { id: 'entry', header: 'Opened', cell: ({ row }) => <When ms={row.original.entry_ms} className="text-ink-2" />, meta: { phone: 'head' } },
  { id: 'held', header: 'Held for', cell: ({ row: { original: trip } }) => duration(trip.exit_ms - trip.entry_ms), meta: { align: 'right' } },
  { id: 'symbol', header: 'Symbol', cell: ({ row }) => row.original.symbol },
  { id: 'qty', header: 'Quantity', cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
  { id: 'in', header: 'In at', cell: ({ row }) => average(row.original.entry_price), meta: { align: 'right' } },
  { id: 'out', header: 'Out at', cell: ({ row }) => average(row.original.exit_price), meta: { align: 'right' } },
  { id: 'fees', header: 'Fees', cell: ({ row }) => money(row.original.fees, quoteOf(row.original)), meta: { align: 'right' } },
  { id: 'profit', header: 'Profit', cell: ({ row: { original: trip } }) => <Profit value={trip.profit} asset={quoteOf(trip)} className="font-medium" />, meta: { align: 'right', phone: 'corner' } },
  { id: 'why', header: 'Ended by', cell: ({ row }) => sentence(row.original.exit_reason) },
];

export function TripTable({ trips }: { trips: readonly Trip[] }) {
  const [page, setPage] = useState(1);
  if (trips.length === 0) return null;
  return (
    <Card flush title="Round trips">
      <DataTable label="Round trips" columns={columns} rows={trips.slice((page - 1) * SIZE, page * SIZE)} rowId={(trip) => `${trip.symbol}-${trip.entry_ms}-${trip.exit_ms}-${trip.profit}`} />
      <Pager page={page} size={SIZE} total={trips.length} onPage={setPage} />
    </Card>
  );
}
