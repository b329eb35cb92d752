import { useFormContext } from 'react-hook-form';

import type { WindowAsked, WindowPreview } from '@/api/types';
import { duration, span, zone, zoneShort } from '@/lib/time';
import { Notice } from '@/ui/states';

import { SelectField, SwitchField, TextField, useFault } from './fields';
import { asTyped } from './said';
import type { Windowed } from './window';

const AT_END = [
  { value: 'cancel_entries', label: 'Take entries off', note: 'orders that would open something' },
  { value: 'leave', label: 'Leave them', note: 'only what is new waits' },
  { value: 'flatten', label: 'Close positions too', note: 'at the market' },
];

interface SessionsProps {
  /** null: there is no whole window to ask of */
  asked: WindowAsked | null;
  preview: { data: WindowPreview | undefined; error: Error | null };
}

/** A switch, and under it the hours or the calendar, with when that would be open next. */
export function WindowFields(sessions: SessionsProps) {
  const { watch } = useFormContext<Windowed>();
  return (
    <div className="space-y-4">
      <SwitchField name="windowed" label="Only within a trading window" help="Outside of it nothing is opened. What reduces and protects works at all times." />
      {watch('windowed') && (
        <div className="@container space-y-5 rounded-xl border border-line p-4">
          <TextField name="trading_window.hours" label="Hours" placeholder="09:30-16:00 New York mon-fri" help={`Times, a zone or city, days: 09:30-12:00, 13:00-16:00 New York mon-fri; 18:00-20:00 UTC sat. An end before its start is over midnight. Your zone is ${zone}.`} />
          <div className="grid gap-5 @md:grid-cols-2 @xl:grid-cols-3">
            <TextField name="trading_window.calendar" label="Exchange calendar" optional placeholder="XNYS" help="Its regular hours, half days and holidays: XNYS, XNAS, XLON. With hours: what lies in both." />
            <SelectField name="trading_window.at_end" label="When it ends" options={AT_END} />
            {watch('trading_window.at_end') === 'flatten' && <TextField name="trading_window.minutes_before" label="Before the end" unit="min" numeric help="From then on nothing is opened." />}
          </div>
          <Sessions {...sessions} />
        </div>
      )}
    </div>
  );
}

/** When a window is open next, in the viewer's own zone; or why it cannot be. */
function Sessions({ asked, preview: { data, error } }: SessionsProps) {
  const faults = [useFault('trading_window.hours'), useFault('trading_window.calendar')];
  if (!asked) return <p className="text-sm text-ink-3">Write hours or a calendar to see when it would be open.</p>;
  // Beside a field it was said once already.
  if (error) return faults.some(Boolean) ? null : <Notice tone="warn">{asTyped(error.message, [])}</Notice>;
  if (!data) return null;
  return (
    <div className="space-y-2 text-sm" aria-live="polite">
      <p className="text-ink-2">{data.open_now ? 'Open now.' : 'Not open now.'} Next, by your clock ({zoneShort()}):</p>
      <ul className="num space-y-1 text-ink-3" aria-label="Next sessions">
        {data.sessions.map(({ opens_ms, closes_ms }) => (
          <li key={opens_ms} className="flex justify-between gap-4">
            <span>{span(opens_ms, closes_ms)}</span>
            <span>{duration(closes_ms - opens_ms)}</span>
          </li>
        ))}
        {data.sessions.length === 0 && <li>never again: nobody knows its hours beyond now</li>}
      </ul>
    </div>
  );
}
