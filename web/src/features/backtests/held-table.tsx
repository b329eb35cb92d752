import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';

import { money, NOTHING, price, quantity } from '@/lib/format';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Pager } from '@/ui/pager';
import { Profit } from '@/ui/profit';
import { When } from '@/ui/when';

import type { Held } from './held';

const SIZE = 20;
const quoteOf = ({ symbol }: Held) => symbol.split('/')[1] ?? '';

const columns: ColumnDef<Held, unknown>[] = [
  { id: 'at', header: 'Time', cell: ({ row }) => <When ms={row.original.time_ms} className="text-ink-2" />, meta: { phone: 'head' } },
  { id: 'what', header: 'What', cell: ({ row }) => row.original.what },
  { id: 'symbol', header: 'Symbol', cell: ({ row }) => row.original.symbol },
  { id: 'rate', header: 'Rate', cell: ({ row }) => row.original.rate, meta: { align: 'right' } },
  { id: 'held', header: 'Held', cell: ({ row: { original: one } }) => quantity(one.position), meta: { align: 'right' } },
  { id: 'price', header: 'Price', cell: ({ row }) => (row.original.price === null ? NOTHING : price(row.original.price)), meta: { align: 'right' } },
  { id: 'cash', header: 'Cash', cell: ({ row: { original: one } }) => <Profit value={one.cash} asset={quoteOf(one)} />, meta: { align: 'right', phone: 'corner' } },
];

interface HeldTableProps {
  rows: readonly Held[];
  /** what was paid and received in all, by kind */
  sums: readonly (readonly [string, string])[];
  quote: string;
}

/** Every funding, borrow fee, split and dividend that met a position, and what they came to. */
export function HeldTable({ rows, sums, quote }: HeldTableProps) {
  const [page, setPage] = useState(1);
  return (
    <Card flush title="What holding cost and brought">
      <p className="px-4 pb-3 text-sm text-ink-2">
        {sums.map(([label, value]) => `${label} ${money(value, quote)} ${quote}`).join(' · ')}
        {rows.length === 0 && ' Nothing was held when any of it came.'}
      </p>
      {rows.length > 0 && (
        <>
          <DataTable label="What holding cost and brought" columns={columns} rows={rows.slice((page - 1) * SIZE, page * SIZE)} rowId={(one) => `${one.symbol}-${one.time_ms}-${one.what}`} />
          <Pager page={page} size={SIZE} total={rows.length} onPage={setPage} label="Pages of what holding cost" />
        </>
      )}
    </Card>
  );
}
