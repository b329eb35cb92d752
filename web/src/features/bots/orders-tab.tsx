import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { ListChecks } from 'lucide-react';
import { useMemo, useState } from 'react';

import { orderList } from '@/api/trading';
import type { Bot, Order } from '@/api/types';
import { price, quantity } from '@/lib/format';
import { FIRST_LEAF, useLeafing } from '@/lib/use-leafing';
import { sentence } from '@/lib/words';
import { Segments } from '@/ui/choice';
import { DataTable } from '@/ui/data-table';
import { Loaded } from '@/ui/loaded';
import { Pager } from '@/ui/pager';
import { Side } from '@/ui/profit';
import { OrderStateBadge } from '@/ui/state-badge';
import { Empty } from '@/ui/states';
import { When } from '@/ui/when';

import { OrderDialog } from './order-dialog';

const SIZE = 50;

function columnsWith(open: (order: Order) => void): ColumnDef<Order, unknown>[] {
  return [
    { id: 'time', header: 'Asked', cell: ({ row }) => <When ms={row.original.time_ms} here_ms={row.original.here_ms} className="text-ink-2" />, meta: { phone: 'corner', className: 'whitespace-nowrap' } },
    {
      id: 'what',
      header: 'Order',
      cell: ({ row: { original: order } }) => (
        <button type="button" onClick={() => open(order)} className="rounded text-left font-medium hover:underline">
          <Side side={order.side} /> <span className="font-normal">{sentence(order.kind)}</span>
          {order.protective && <span className="ml-1.5 text-xs font-normal text-ink-3">protects</span>}
        </button>
      ),
      meta: { phone: 'head' },
    },
    { id: 'slot', header: 'Slot', cell: ({ row }) => row.original.slot, meta: { align: 'right' } },
    { id: 'price', header: 'Price', cell: ({ row }) => price(row.original.trigger ?? row.original.price), meta: { align: 'right' } },
    { id: 'qty', header: 'Quantity', cell: ({ row }) => quantity(row.original.qty), meta: { align: 'right' } },
    { id: 'filled', header: 'Filled', cell: ({ row }) => quantity(row.original.filled_qty), meta: { align: 'right' } },
    { id: 'state', header: 'State', cell: ({ row }) => <OrderStateBadge state={row.original.state} working={row.original.working} />, meta: { phone: 'corner' } },
  ];
}

export function OrdersTab({ bot }: { bot: Bot }) {
  const [which, setWhich] = useState<'working' | 'all'>('working');
  const [{ page, after }, setLeaf] = useState(FIRST_LEAF);
  const turn = useLeafing({ page, after }, setLeaf);
  const [opened, setOpened] = useState<Order | null>(null);
  const orders = useQuery(orderList({ bot_id: bot.id, limit: SIZE, ...(after ? { after } : {}), ...(which === 'working' ? { working: true } : {}) }));
  const columns = useMemo(() => columnsWith(setOpened), []);
  return (
    <div>
      <div className="px-4 py-3">
        <Segments
          label="Which orders"
          value={which}
          onChange={(value) => {
            setWhich(value);
            setLeaf(FIRST_LEAF);
          }}
          options={[
            { value: 'working', label: 'Working' },
            { value: 'all', label: 'All' },
          ]}
        />
      </div>
      <Loaded query={orders}>
        {({ items, total, next }) =>
          total === 0 ? (
            <Empty icon={ListChecks} title={which === 'working' ? 'No working order' : 'No order yet'}>
              {which === 'working' ? 'Nothing of this bot rests at the venue. Ended orders are under “All”.' : 'Orders appear here once the bot wants some.'}
            </Empty>
          ) : (
            <>
              <DataTable label="Orders" columns={columns} rows={items} rowId={(order) => order.client_order_id} />
              <Pager page={page} size={SIZE} total={total} shown={items.length} more={next !== null && !orders.isPlaceholderData} onPage={(to) => turn(to, next)} />
            </>
          )
        }
      </Loaded>
      {opened && <OrderDialog order={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
