import { useQuery } from '@tanstack/react-query';

import { marketList } from '@/api/fleet';
import { price } from '@/lib/format';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Change } from '@/ui/profit';
import { MarketStateBadge } from '@/ui/state-badge';

import { whose } from './whose';

export function MarketsCard() {
  const markets = useQuery(marketList);
  return (
    <Card title="Markets">
      <Loaded query={markets}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-ink-3">No bot listens to a market. Start one to see prices here.</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((market) => (
                <li key={`${market.venue}-${market.environment}-${market.source}-${market.symbol}-${market.timeframe}`} className="flex items-center justify-between gap-3 py-2 first:pt-0 last:pb-0">
                  <div className="min-w-0">
                    <p className="truncate text-sm font-medium">{market.symbol}</p>
                    <p className="truncate text-xs text-ink-3" title={whose(market, items)}>
                      {whose(market, items)}
                    </p>
                  </div>
                  <div className="flex items-center gap-3">
                    <div className="text-right">
                      <p className="num text-sm">{price(market.price)}</p>
                      {market.change != null && (
                        <p className="text-xs">
                          <Change fraction={market.change} />
                        </p>
                      )}
                    </div>
                    <span className="w-16 text-right">
                      <MarketStateBadge state={market.state} />
                    </span>
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
