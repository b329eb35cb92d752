import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { fillList } from '@/api/trading';
import { price, quantity } from '@/lib/format';
import { signOf } from '@/lib/decimal';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Profit, Side } from '@/ui/profit';
import { When } from '@/ui/when';

export function LatestFillsCard() {
  const fills = useQuery(fillList({ limit: 6 }));
  return (
    <Card
      title="Latest trades"
      aside={
        <Link to="/trades" className="rounded text-sm text-accent-text hover:underline">
          All<span className="sr-only"> trades</span>
        </Link>
      }
    >
      <Loaded query={fills}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-ink-3">No trade yet. They appear here the moment they happen.</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((fill) => (
                <li key={fill.id} className="flex items-center justify-between gap-3 py-2 text-sm first:pt-0 last:pb-0">
                  <div className="min-w-0">
                    <p className="num truncate">
                      <Side side={fill.side} /> {quantity(fill.qty)} {fill.symbol.split('/')[0]}
                    </p>
                    <p className="truncate text-xs text-ink-3">{fill.bot_name}</p>
                  </div>
                  <div className="text-right">
                    <p className="num">{signOf(fill.realized) === 0 ? price(fill.price) : <Profit value={fill.realized} asset={fill.symbol.split('/')[1] ?? ''} />}</p>
                    <When ms={fill.time_ms} className="text-xs text-ink-3" />
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
