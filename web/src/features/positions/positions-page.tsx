import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { Download, Layers } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';

import { botChoices } from '@/api/bots';
import { positionList } from '@/api/trading';
import type { Position } from '@/api/types';
import { saveFile } from '@/lib/csv';
import { signOf } from '@/lib/decimal';
import { averagePrice, count, money, price, quantity } from '@/lib/format';
import { wholeTime } from '@/lib/time';
import { useFilters } from '@/lib/use-filters';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Segments } from '@/ui/choice';
import { DataTable } from '@/ui/data-table';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Profit } from '@/ui/profit';
import { Rest } from '@/ui/rest';
import { Empty, Notice } from '@/ui/states';
import { TradeFilters } from '@/ui/trade-filters';

import { CloseDialog } from './close-dialog';
import { positionsCsv } from './positions-csv';
import { Totals } from './totals';

const MOST_SHOWN = 1000;
const FILTERS = ['bot', 'symbol', 'show'] as const;
const quoteOf = (one: Position) => one.symbol.split('/')[1] ?? '';

function columnsWith(close: (one: Position) => void): ColumnDef<Position, unknown>[] {
  return [
    {
      id: 'bot',
      header: 'Bot',
      accessorKey: 'bot_name',
      cell: ({ row }) => (
        <Link to={`/bots/${row.original.bot_id}`} className="rounded font-medium hover:underline">
          {row.original.bot_name}
        </Link>
      ),
      meta: { phone: 'head' },
    },
    { id: 'symbol', header: 'Symbol', accessorKey: 'symbol' },
    { id: 'qty', header: 'Quantity', accessorFn: (one) => Number(one.qty), cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
    { id: 'avg', header: 'Average price', accessorFn: (one) => Number(one.avg_price), cell: ({ row }) => averagePrice(row.original.avg_price, row.original.price), meta: { align: 'right' } },
    { id: 'price', header: 'Last price', accessorFn: (one) => Number(one.price), cell: ({ row: { original: one } }) => <span title={one.price_ms === null ? undefined : `Close of ${wholeTime(one.price_ms)}`}>{price(one.price)}</span>, meta: { align: 'right' } },
    { id: 'value', header: 'Value', accessorFn: (one) => Number(one.value), cell: ({ row }) => money(row.original.value, quoteOf(row.original)), meta: { align: 'right' } },
    {
      id: 'unrealized',
      header: 'Unrealised',
      accessorFn: (one) => Number(one.unrealized),
      cell: ({ row }) => <Profit value={row.original.unrealized} asset={quoteOf(row.original)} className="font-medium" />,
      meta: { align: 'right', phone: 'corner' },
    },
    { id: 'realized', header: 'Realised', accessorFn: (one) => Number(one.realized), cell: ({ row }) => <Profit value={row.original.realized} asset={quoteOf(row.original)} />, meta: { align: 'right' } },
    { id: 'fees', header: 'Fees', accessorFn: (one) => Number(one.fees), cell: ({ row }) => money(row.original.fees, quoteOf(row.original)), meta: { align: 'right' } },
    {
      id: 'close',
      header: () => <span className="sr-only">Close</span>,
      enableSorting: false,
      cell: ({ row }) =>
        signOf(row.original.qty) !== 0 &&
        (row.original.rest || row.original.put_away ? (
          <Rest position={row.original} />
        ) : (
            <Button size="sm" onClick={() => close(row.original)} aria-label={`Close ${row.original.symbol} of ${row.original.bot_name}`}>
              Close
            </Button>
        )),
      meta: { align: 'right', phone: 'corner' },
    },
  ];
}

export function PositionsPage() {
  const { values, change } = useFilters(FILTERS);
  const [closing, setClosing] = useState<Position | null>(null);
  const bots = useQuery(botChoices);
  const all = values.show === 'all';
  const filtered = Boolean(values.bot || values.symbol);
  const positions = useQuery(
    positionList({ limit: MOST_SHOWN, ...(all ? {} : { open: true }), ...(values.bot ? { bot_id: values.bot } : {}), ...(values.symbol ? { symbol: values.symbol } : {}) }),
  );
  const columns = useMemo(() => columnsWith(setClosing), []);
  return (
    <Page title="Positions" about="What each bot holds, at the last close." actions={<CsvButton rows={positions.data?.items ?? []} />}>
      <Loaded query={positions}>
        {({ items, total }) => (
          <div className="space-y-4">
            {total > items.length && (
              <Notice tone="warn">
                These are the first {count(items.length)} of {count(total)} positions, in figures and CSV too. Choose a bot or a symbol to see the others.
              </Notice>
            )}
            <Totals items={items} />
            <Card flush title="By bot and symbol" aside={<Segments label="Which" value={all ? 'all' : 'open'} onChange={(show) => change({ show: show === 'all' ? 'all' : '' })} options={[{ value: 'open', label: 'Open' }, { value: 'all', label: 'All' }]} />}>
              <TradeFilters values={{ ...(values.bot ? { bot: values.bot } : {}), ...(values.symbol ? { symbol: values.symbol } : {}) }} onChange={({ bot, symbol }) => change({ ...(bot !== undefined ? { bot } : {}), ...(symbol !== undefined ? { symbol } : {}) })} bots={bots.data ?? []} withTimes={false} />
              {items.length === 0 ? (
                <Empty icon={Layers} title={filtered ? 'No position matches' : 'Nothing is held'} action={filtered && <Button onClick={() => change({ bot: '', symbol: '' })}>Clear the filters</Button>}>
                  {filtered ? 'Widen the filters to see more. ' : 'A position appears when a bot buys. '}
                  {!all && 'Closed ones, what is less than a least order, and what bots that were put away held, are under “All”.'}
                </Empty>
              ) : (
                <DataTable label="Positions" columns={columns} rows={items} rowId={(one) => `${one.bot_id}-${one.symbol}`} sortable sorted={[{ id: 'bot', desc: false }]} />
              )}
            </Card>
          </div>
        )}
      </Loaded>
      {closing && <CloseDialog position={closing} onClose={() => setClosing(null)} />}
    </Page>
  );
}

function CsvButton({ rows }: { rows: readonly Position[] }) {
  const save = () => {
    const text = positionsCsv(rows);
    saveFile('botswain-positions.csv', new Blob([text], { type: 'text/csv' }));
  };
  return (
    <Button onClick={save} disabled={rows.length === 0}>
      <Download aria-hidden />
      CSV
    </Button>
  );
}
