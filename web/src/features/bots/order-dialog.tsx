import { useQuery } from '@tanstack/react-query';

import { oneOrder } from '@/api/trading';
import type { Order } from '@/api/types';
import { price, quantity } from '@/lib/format';
import { sentence, words } from '@/lib/words';
import { Dialog } from '@/ui/dialog';
import { Loaded } from '@/ui/loaded';
import { Side } from '@/ui/profit';
import { Facts } from '@/ui/stat';
import { When } from '@/ui/when';

const STEPS: Record<string, string> = { asked: 'Asked', new: 'Taken by the venue' };

/** An order's whole life. */
export function OrderDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const full = useQuery(oneOrder(order.client_order_id));
  const [base, quote] = order.symbol.split('/') as [string, string];
  return (
    <Dialog open onClose={onClose} title={`${sentence(order.side)} ${quantity(order.qty)} ${base}`} about={`Slot ${order.slot}, revision ${order.rev}, attempt ${order.attempt}`}>
      <Loaded query={full}>
        {(found) => (
          <div className="space-y-5">
            <Facts
              rows={[
                ['Side', <Side key="side" side={found.side} />],
                ['Kind', `${sentence(found.kind)}, ${words(found.tif)}`],
                ['Price', found.price === null ? 'by the market' : `${price(found.price)} ${quote}`],
                ...(found.trigger === null ? [] : [['Trigger', `${price(found.trigger)} ${quote}`] as const]),
                ['Filled', `${quantity(found.filled_qty)} of ${quantity(found.qty)} ${base}`],
                ['Our id', <code key="id" className="font-mono text-xs">{found.client_order_id}</code>],
                ['The venue’s id', <code key="venue" className="font-mono text-xs">{found.venue_order_id ?? '–'}</code>],
              ]}
            />
            <section>
              <h3 className="mb-3 text-sm font-semibold">Its life</h3>
              <ol className="space-y-4 border-l border-line pl-4">
                {(found.events ?? []).map((event) => (
                  <li key={`${event.seq}-${event.state}`} className="relative">
                    <span className="absolute top-1.5 -left-[1.3rem] size-2 rounded-full bg-accent ring-4 ring-raised" aria-hidden />
                    <p className="flex items-baseline justify-between gap-3 text-sm">
                      <span className="font-medium">{STEPS[event.state] ?? sentence(event.state)}</span>
                      <When ms={event.time_ms} here_ms={event.here_ms} className="text-xs text-ink-3" />
                    </p>
                    <p className="text-xs text-ink-3">
                      {event.reason}
                      {event.code && ` (${event.code})`}
                      {/[1-9]/.test(event.filled_qty) && `, ${quantity(event.filled_qty)} ${base} filled`}
                    </p>
                  </li>
                ))}
              </ol>
            </section>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
