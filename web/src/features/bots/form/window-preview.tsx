import { useQuery } from '@tanstack/react-query';
import { useFormContext } from 'react-hook-form';

import { windowPreview } from '@/api/bots';
import { duration, toTheMinute, zoneShort } from '@/lib/time';
import { Notice } from '@/ui/states';

import { useSettled } from './use-settled';
import type { BotValues } from './values';
import { windowSent } from './window';

/** When a window is open next, in the viewer's own zone; or why it cannot be. */
export function WindowPreview() {
  const { watch } = useFormContext<BotValues>();
  const typed = useSettled(watch(), 350);
  const { timeframe } = typed;
  const window = windowSent(typed.trading_window);
  const asked = window.hours || window.calendar ? { trading_window: window, timeframe } : null;
  const { data, error } = useQuery(windowPreview(asked));
  if (!asked) return <p className="text-sm text-ink-3">Write hours or a calendar to see when it would be open.</p>;
  if (error) return <Notice tone="warn">{error.message}</Notice>;
  if (!data) return null;
  return (
    <div className="space-y-2 text-sm" aria-live="polite">
      <p className="text-ink-2">{data.open_now ? 'Open now.' : 'Not open now.'} Next, by your clock ({zoneShort()}):</p>
      <ul className="space-y-1 text-ink-3" aria-label="Next sessions">
        {data.sessions.map(({ opens_ms, closes_ms }) => (
          <li key={opens_ms}>{`${toTheMinute(opens_ms)} to ${toTheMinute(closes_ms)} (${duration(closes_ms - opens_ms)})`}</li>
        ))}
        {data.sessions.length === 0 && <li>never again: nobody knows its hours beyond now</li>}
      </ul>
    </div>
  );
}
