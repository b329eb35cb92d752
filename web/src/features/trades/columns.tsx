import type { ColumnDef } from '@tanstack/react-table';
import { Link } from 'react-router';

import type { Fill } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { money, price, quantity } from '@/lib/format';
import { words } from '@/lib/words';
import { Profit, Side } from '@/ui/profit';
import { When } from '@/ui/when';

const quoteOf = (fill: Fill) => fill.symbol.split('/')[1] ?? '';

export function BotLink({ fill }: { fill: Fill }) {
  return (
    <Link to={`/bots/${fill.bot_id}`} className="rounded font-medium hover:underline">
      {fill.bot_name}
    </Link>
  );
}

export const columns: ColumnDef<Fill, unknown>[] = [
  { id: 'time', header: 'Time', cell: ({ row }) => <When ms={row.original.time_ms} className="text-ink-2" />, meta: { className: 'whitespace-nowrap' } },
  {
    id: 'bot',
    header: 'Bot',
    cell: ({ row }) => <BotLink fill={row.original} />,
  },
  { id: 'symbol', header: 'Symbol', cell: ({ row }) => row.original.symbol },
  { id: 'side', header: 'Side', cell: ({ row }) => <Side side={row.original.side} /> },
  { id: 'qty', header: 'Quantity', cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
  { id: 'price', header: 'Price', cell: ({ row }) => price(row.original.price), meta: { align: 'right' } },
  {
    id: 'fee',
    header: 'Fee',
    cell: ({ row }) => (
      <>
        {money(row.original.fee, row.original.fee_asset)} <span className="text-xs text-ink-3">{row.original.fee_asset}</span>
      </>
    ),
    meta: { align: 'right' },
  },
  {
    id: 'realized',
    header: 'Realised',
    cell: ({ row }) => (signOf(row.original.realized) === 0 ? <span className="text-ink-3">–</span> : <Profit value={row.original.realized} asset={quoteOf(row.original)} />),
    meta: { align: 'right' },
  },
  { id: 'why', header: 'Why', cell: ({ row }) => <span className="text-ink-2">{`${words(row.original.reason)}, ${words(row.original.liquidity)}`}</span> },
];
