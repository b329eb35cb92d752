import { useQuery } from '@tanstack/react-query';
import { ChartCandlestick } from 'lucide-react';
import { useMemo, useState } from 'react';

import { fillList, orderList, positionList } from '@/api/trading';
import type { Bot, Candles, Order, Position } from '@/api/types';
import { CandleChart, type ChartLine } from '@/charts/lazy';
import { quantity } from '@/lib/format';
import { Card } from '@/ui/card';
import { Segments } from '@/ui/choice';
import { Loaded } from '@/ui/loaded';
import { Empty, Skeleton } from '@/ui/states';
import { When } from '@/ui/when';

import { useBotCandles } from './use-bot-candles';

const FILLS_DRAWN = 500;

function linesOf(orders: readonly Order[], position: Position | undefined): ChartLine[] {
  const lines: ChartLine[] = [];
  for (const order of orders) {
    const at = order.trigger ?? order.price;
    if (at === null) continue;
    const what = order.protective ? (order.trigger ? 'stop' : 'target') : order.side;
    lines.push({ price: Number(at), side: order.side, label: `${what} ${quantity(order.qty)}`, dashed: order.protective || order.state === 'intent' });
  }
  if (position?.avg_price) lines.push({ price: Number(position.avg_price), side: 'neutral', label: 'average', dashed: true });
  return lines;
}

/** The market as the bot saw it, with what it wants and what it did drawn in. */
export function BotChartCard({ bot }: { bot: Bot }) {
  const symbols = bot.settings.symbols;
  const [symbol, setSymbol] = useState(symbols[0] ?? '');
  const { candles, live, older } = useBotCandles(bot, symbol);
  const orders = useQuery(orderList({ bot_id: bot.id, symbol, working: true, limit: 500 }));
  const fills = useQuery(fillList({ bot_id: bot.id, symbol, limit: FILLS_DRAWN }));
  const positions = useQuery(positionList({ bot_id: bot.id }));
  const position = positions.data?.items.find((one) => one.symbol === symbol && !one.rest);
  const average = position?.avg_price ?? null;
  const lines = useMemo(
    () => linesOf(orders.data?.items ?? [], average === null ? undefined : ({ avg_price: average } as Position)),
    [orders.data, average],
  );
  const marks = useMemo(() => fills.data?.items ?? [], [fills.data]);
  return (
    <Card
      flush
      fill
      title={
        <>
          {symbol} <span className="font-normal text-ink-3">{bot.settings.timeframe}</span>
        </>
      }
      aside={symbols.length > 1 ? <Segments label="Symbol" value={symbol} onChange={setSymbol} options={symbols.map((value) => ({ value, label: value }))} /> : <Legend orders={orders.data?.total ?? 0} />}
    >
      <Loaded query={candles} waiting={<Skeleton className="mx-4 h-104" />}>
        {(data) =>
          data.rows.length === 0 ? (
            <Empty icon={ChartCandlestick} title="No candle yet">
              The chart begins with the first candle the bot sees. Start it, and come back in a minute.
            </Empty>
          ) : (
            <>
              <Splits splits={data.splits} />
              <CandleChart key={symbol} className="min-h-[22rem] w-full flex-1 sm:min-h-[28rem]" candles={data} live={live} lines={lines} marks={marks} onOldest={older} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

/** Candles before a split are drawn as if it had been before them; lists tell what was done as it was. */
export function Splits({ splits }: { splits: Candles['splits'] }) {
  const last = splits.at(-1);
  if (!last) return null;
  return (
    <p className="px-4 pb-2 text-xs text-ink-3">
      Its shares were split {splits.map((one) => one.split).join(' and ')}, last <When ms={last.time_ms} />. All prices here are of the shares of now; trades and orders before it are listed as they were.
    </p>
  );
}

function Legend({ orders }: { orders: number }) {
  return (
    <p className="flex items-center gap-3 text-xs text-ink-3">
      <span>{orders === 1 ? '1 working order' : `${orders} working orders`}</span>
      <span className="hidden sm:inline">
        <span className="text-up" aria-hidden>
          ↑
        </span>{' '}
        bought{' '}
        <span className="ml-2 text-down" aria-hidden>
          ↓
        </span>{' '}
        sold
      </span>
    </p>
  );
}
