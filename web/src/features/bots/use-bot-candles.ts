// A bot's candles, kept up to date: the newest are asked for when a candle has closed, older ones when somebody scrolls
// back to them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';

import { botCandles, candlesOf, CANDLES_SHOWN, joined, sameShares } from '@/api/candles';
import { lastPrice } from '@/api/fleet';
import type { Bot, Candles } from '@/api/types';

/** Candles that are asked for again, since indicators of the newest may have come late. */
const OVERLAP = 3;
const SETTLE_MS = 400;

export function useBotCandles(bot: Bot, symbol: string) {
  const cache = useQueryClient();
  const options = botCandles(bot.id, symbol);
  const candles = useQuery(options);
  const { data: told } = useQuery(lastPrice(bot.account, symbol, bot.settings.timeframe));
  const key = JSON.stringify(options.queryKey);
  const asking = useRef({ newest: false, oldest: false });

  /** What came joins what is there; where shares were split meanwhile all of it is asked for anew. */
  const put = (came: Candles, join: (there: Candles) => Candles) => {
    const there = cache.getQueryData(options.queryKey);
    if (there && !sameShares(there, came)) return void cache.invalidateQueries({ queryKey: options.queryKey });
    cache.setQueryData(options.queryKey, there ? join(there) : came);
  };

  const lastKnown = candles.data?.rows.at(-1)?.[0] ?? 0;
  // A candle is missing where one has closed that is newer than the last known, where a second newer one has begun, or
  // where none is known of a market that trades.
  const begun = told?.candle[0] ?? 0;
  const missing = candles.data !== undefined && (told?.closed || lastKnown === 0 ? begun > lastKnown : begun > lastKnown + nextAfter(candles.data.rows));
  useEffect(() => {
    if (!missing) return;
    const timer = setTimeout(() => {
      if (asking.current.newest) return;
      asking.current.newest = true;
      const rows = cache.getQueryData(options.queryKey)?.rows;
      const from = rows?.at(-OVERLAP)?.[0];
      candlesOf(bot.id, { symbol, limit: CANDLES_SHOWN, ...(from === undefined ? {} : { from_ms: from }) })
        .then((fresh) => put(fresh, (old) => joined(old, fresh)))
        .catch(() => undefined)
        .finally(() => (asking.current.newest = false));
    }, SETTLE_MS);
    return () => clearTimeout(timer);
    // The key stands for the options.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [missing, begun, key]);

  const older = useCallback(() => {
    const held = cache.getQueryData(options.queryKey);
    const first = held?.rows[0]?.[0];
    if (first === undefined || asking.current.oldest) return;
    asking.current.oldest = true;
    candlesOf(bot.id, { symbol, to_ms: first, limit: CANDLES_SHOWN })
      .then((past) => {
        if (past.rows.length === 0) return; // the flag stays: there is nothing older
        put(past, (now) => joined(past, now));
        asking.current.oldest = false;
      })
      .catch(() => (asking.current.oldest = false));
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);

  return { candles, live: told?.candle ?? null, older };
}

function nextAfter(rows: readonly (readonly number[])[] | undefined): number {
  const [a, b] = [rows?.at(-2)?.[0] ?? 0, rows?.at(-1)?.[0] ?? 0];
  return b - a;
}
