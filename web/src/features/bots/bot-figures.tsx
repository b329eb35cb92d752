import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { botEquity } from '@/api/fleet';
import { positionList } from '@/api/trading';
import type { Bot, Position } from '@/api/types';
import { EquityChart } from '@/charts/lazy';
import { signOf } from '@/lib/decimal';
import { averagePrice, money, percent, price, quantity } from '@/lib/format';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Profit } from '@/ui/profit';
import { Rest } from '@/ui/rest';
import { Facts, Stat } from '@/ui/stat';
import { Skeleton } from '@/ui/states';
import { When } from '@/ui/when';

// Who is paused or halted still listens to its market.
const AT_REST: readonly Bot['state'][] = ['stopped', 'refused'];

export function BotFigures({ bot }: { bot: Bot }) {
  return (
    <div className="grid min-w-0 content-start gap-4 md:grid-cols-2 xl:grid-cols-1">
      <Card>
        <dl className="mb-3 grid grid-cols-2 gap-4">
          <Stat label={`Equity, ${bot.quote}`} note={`of ${money(bot.settings.capital, bot.quote)}`}>
            {money(bot.equity, bot.quote)}
          </Stat>
          <Stat label={`Profit, ${bot.quote}`} note={bot.profit_fraction !== null && percent(bot.profit_fraction, true)}>
            <Profit value={bot.profit} asset={bot.quote} />
          </Stat>
        </dl>
        {AT_REST.includes(bot.state) && bot.valued_ms !== null && (
          <p className="mb-3 text-xs text-ink-3">
            It does not run. What it holds is valued at the last close that is known, of <When ms={bot.valued_ms} />.
            {bot.today === null && ' What it made today is not known: its market was not recorded as the day began.'}
          </p>
        )}
        <Curve bot={bot} />
      </Card>
      <Card title="Position">
        <Held bot={bot} />
      </Card>
      <Card title="So far" className="md:col-span-2 xl:col-span-1">
        <Facts
          rows={[
            ['Today', <Profit key="today" value={bot.today} asset={bot.quote} />],
            // Of the bot and not of its positions, whose events come on their own: so all of it is of one moment.
            ['Unrealised', <Profit key="unrealized" value={bot.unrealized} asset={bot.quote} />],
            ['Realised', <Profit key="realized" value={bot.realized} asset={bot.quote} />],
            ['Fees', money(bot.fees, bot.quote)],
            // Part of what was realised, and told beside it as fees are.
            ...(bot.charged === null ? [] : [['Charged for holding', money(bot.charged, bot.quote)] as const]),
            ['Round trips', `${bot.round_trips}${bot.round_trips ? `, ${percent(bot.won / bot.round_trips, false, 0)} won` : ''}`],
            ['Made by round trips', <Profit key="trips" value={bot.trip_profit} asset={bot.quote} />],
            ...(bot.left_over === null || signOf(bot.left_over) === 0 ? [] : [['Made by what they left over', <Profit key="left" value={bot.left_over} asset={bot.quote} />] as const]),
          ]}
        />
      </Card>
    </div>
  );
}

function Curve({ bot }: { bot: Bot }) {
  const curve = useQuery(botEquity(bot.id, { points: 300 }));
  const points = useMemo(() => curve.data?.points.map((point) => ({ time_ms: point.time_ms, value: Number(point.equity) })) ?? [], [curve.data]);
  return (
    <Loaded query={curve} waiting={<Skeleton className="h-36" />}>
      {({ capital }) =>
        points.length < 2 ? (
          <p className="text-sm text-ink-3">Its curve begins with the first candle it sees.</p>
        ) : (
          <EquityChart className="-mx-2 h-36" points={points} base={Number(capital)} label={`Equity of ${bot.name}`} asset={bot.quote} />
        )
      }
    </Loaded>
  );
}

/** Its value goes by the last close that is recorded, which the chart may be ahead of. */
function LastPrice({ position }: { position: Position }) {
  return (
    <>
      {price(position.price)}
      {position.price_ms !== null && (
        <span className="block text-xs text-ink-3">
          close of <When ms={position.price_ms} />
        </span>
      )}
    </>
  );
}

function Held({ bot }: { bot: Bot }) {
  const positions = useQuery(positionList({ bot_id: bot.id }));
  return (
    <Loaded query={positions} waiting={<Skeleton className="h-20" />}>
      {({ items: every }) => {
        const items = every.filter((one) => signOf(one.qty) !== 0);
        return items.length === 0 ? (
          <p className="text-sm text-ink-3">It holds nothing at the moment.</p>
        ) : (
          <div className="space-y-4">
            {items.map((one) => {
              const [base, quote] = one.symbol.split('/') as [string, string];
              return (
                <div key={one.symbol} className="space-y-2">
                  <Facts
                    rows={[
                    ['Quantity', `${quantity(one.qty)} ${base}`],
                    ['Average price', averagePrice(one.avg_price, one.price)],
                    ['Last price', <LastPrice key="price" position={one} />],
                    ['Value', money(one.value, quote)],
                  ]}
                  />
                  {one.rest && <Rest position={one} />}
                </div>
              );
            })}
          </div>
        );
      }}
    </Loaded>
  );
}
