import type { Position } from '@/api/types';
import { csvOf } from '@/lib/csv';
import { isoTime } from '@/lib/time';

const HEAD = ['bot', 'symbol', 'quote', 'qty', 'dust', 'avg_price', 'price', 'price_ms', 'price_time', 'value', 'unrealized', 'realized', 'fees', 'time_ms', 'time'] as const;

/** Positions for a spreadsheet: all money is in quote, price is of price_time, what is held of time. */
export function positionsCsv(rows: readonly Position[]): string {
  return csvOf(
    HEAD,
    rows.map((one) => [
      one.bot_name, one.symbol, one.symbol.split('/')[1], one.qty, one.dust, one.avg_price, one.price, one.price_ms, isoTime(one.price_ms),
      one.value, one.unrealized, one.realized, one.fees, one.time_ms, isoTime(one.time_ms),
    ]),
  );
}
