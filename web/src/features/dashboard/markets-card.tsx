import { useQuery } from '@tanstack/react-query';

import { marketList } from '@/api/fleet';
import type { Market } from '@/api/types';
import { price } from '@/lib/format';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Change } from '@/ui/profit';
import { MarketStateBadge } from '@/ui/state-badge';

/** Which of several: a sandbox by its port, a paper account by the market that its orders meet. Where there is no room for
 * all of it, a pointer that rests on it shows the rest. */
function Whose({ market: { venue, environment, source } }: { market: Market }) {
  const place = environment === 'sandbox' ? `:${source.slice(source.indexOf(':') + 1)}` : ` at ${source} prices`;
  const words = `${venue} ${environment}${source && place}`;
  return (
    <p className="truncate text-xs text-ink-3" title={words}>
      {words}
    </p>
  );
}

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
                    <Whose market={market} />
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
