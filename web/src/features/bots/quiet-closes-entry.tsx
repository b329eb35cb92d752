import { useQuery } from '@tanstack/react-query';
import { ChevronRight, Eye } from 'lucide-react';

import { botCandles } from '@/api/candles';
import type { Bot } from '@/api/types';
import { price } from '@/lib/format';
import { timeframeMs } from '@/lib/time';
import { When } from '@/ui/when';

import { crossing, quietCloses, type QuietClose } from './quiet-closes';

const LISTED = 50;

/** Why it does nothing: what it saw at each close since something changed. after_ms: when that was. */
export function QuietCloses({ bot, after_ms }: { bot: Bot; after_ms: number }) {
  const symbol = bot.settings.symbols[0] ?? '';
  const candles = useQuery(botCandles(bot.id, symbol));
  const lasts = timeframeMs(bot.settings.timeframe);
  if (!candles.data || lasts === null) return null;
  const closes = quietCloses(candles.data, after_ms, lasts);
  const [newest] = closes;
  if (!newest) return null;
  const count = closes.length === 1 ? 'The one close since' : `The ${closes.length} closes since`;
  return (
    <details className="group border-b border-line bg-sunken/40">
      <summary className="flex cursor-pointer list-none gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover">
        <Eye className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
        <span className="min-w-0 flex-1">
          <span className="block text-sm">
            {bot.open_positions + bot.rests > 0 ? 'It keeps what it holds' : 'It does nothing'}. {count} <When ms={after_ms} /> asked for no change
            {newest.values.length > 0 && <>; at the last one it saw {said(newest)}</>}.
          </span>
          <span className="mt-0.5 block text-xs text-ink-3">
            Looked at <When ms={newest.time_ms} />
            {bot.settings.symbols.length > 1 && `, ${symbol}`}
          </span>
        </span>
        <ChevronRight className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform group-open:rotate-90" aria-hidden />
      </summary>
      <ul className="space-y-1 px-4 pb-4 text-xs sm:pl-11">
        {closes.slice(0, LISTED).map((one) => (
          <li key={one.time_ms} className="flex flex-wrap gap-x-4 gap-y-0.5">
            <When ms={one.time_ms} className="text-ink-3" />
            <span className="num">closed at {price(one.close)}</span>
            <span className="num text-ink-2">{said(one)}</span>
          </li>
        ))}
        {closes.length > LISTED && <li className="text-ink-3">and {closes.length - LISTED} before them</li>}
      </ul>
    </details>
  );
}

function said(one: QuietClose): string {
  const side = crossing(one);
  const value = (name: string) => price(one.values.find(([known]) => known === name)?.[1] ?? null);
  const pair = side ? [`fast ${value('fast')} ${side} slow ${value('slow')}`] : [];
  const rest = one.values.filter(([name]) => !side || (name !== 'fast' && name !== 'slow')).map(([name, found]) => `${name} ${price(found)}`);
  return [...pair, ...rest].join(', ');
}
