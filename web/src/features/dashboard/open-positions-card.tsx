import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { positionList } from '@/api/trading';
import { averagePrice, quantity } from '@/lib/format';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Profit } from '@/ui/profit';

export function OpenPositionsCard() {
  const positions = useQuery(positionList({ open: true, limit: 8 }));
  return (
    <Card
      title="Positions"
      aside={
        <Link to="/positions" className="rounded text-sm text-accent-text hover:underline">
          All<span className="sr-only"> positions</span>
        </Link>
      }
    >
      <Loaded query={positions}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-ink-3">Nothing is held at the moment.</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((one) => (
                <li key={`${one.bot_id}-${one.symbol}`} className="flex items-center justify-between gap-3 py-2 first:pt-0 last:pb-0">
                  <div className="min-w-0">
                    <p className="truncate text-sm font-medium">
                      <Link to={`/bots/${one.bot_id}`} className="rounded hover:underline">
                        {one.bot_name}
                      </Link>
                    </p>
                    <p className="num truncate text-xs text-ink-3">
                      {quantity(one.qty)} {one.symbol.split('/')[0]} at {averagePrice(one.avg_price, one.price)}
                    </p>
                  </div>
                  <span className="text-sm font-medium">
                    <Profit value={one.unrealized} asset={one.symbol.split('/')[1] ?? ''} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
