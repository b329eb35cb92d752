import { useFormContext } from 'react-hook-form';

import { zone } from '@/lib/time';
import { SelectField, SwitchField, TextField } from '@/ui/settings/fields';

import type { BotValues } from './values';
import { WindowPreview } from './window-preview';

export function ScheduleStep() {
  const { watch } = useFormContext<BotValues>();
  const windowed = watch('windowed');
  return (
    <div className="space-y-6">
      <SwitchField name="windowed" label="Only within a trading window" help="Outside of it nothing is opened. What reduces and protects works at all times." />
      {windowed && (
        <div className="space-y-5 rounded-xl border border-line p-4">
          <TextField name="trading_window.hours" label="Hours" placeholder="09:30-16:00 New York mon-fri" help={`Times, a zone or city, days: 09:30-12:00, 13:00-16:00 New York mon-fri; 18:00-20:00 UTC sat. An end before its start is over midnight. Your zone is ${zone}.`} />
          <div className="grid gap-5 sm:grid-cols-3">
            <TextField name="trading_window.calendar" label="Exchange calendar" optional placeholder="XNYS" help="Its regular hours, half days and holidays: XNYS, XNAS, XLON. With hours: what lies in both." />
            <SelectField
              name="trading_window.at_end"
              label="When it ends"
              options={[
                { value: 'cancel_entries', label: 'Take entries off', note: 'orders that would open something' },
                { value: 'leave', label: 'Leave them', note: 'only what is new waits' },
                { value: 'flatten', label: 'Close positions too', note: 'at the market' },
              ]}
            />
            {watch('trading_window.at_end') === 'flatten' && <TextField name="trading_window.minutes_before" label="Before the end" unit="min" numeric help="From then on nothing is opened." />}
          </div>
          <WindowPreview />
        </div>
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="trading_frequency_s" label="Decide between closes" unit="s" numeric help={`Every so many seconds on the candle that forms too: sooner, and more often wrong. Less than its ${watch('timeframe')}; 0 is at closes only.`} />
        <SelectField
          name="react"
          label="After a fill"
          options={[
            { value: 'at_once', label: 'React at once', note: 'stops and next orders go out immediately' },
            { value: 'at_close', label: 'React at the close', note: 'exactly as a backtest does' },
          ]}
        />
      </div>
    </div>
  );
}
