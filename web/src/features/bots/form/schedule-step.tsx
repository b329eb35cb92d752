import { Controller, useFormContext } from 'react-hook-form';

import { zone } from '@/lib/time';
import { cx } from '@/ui/class-names';
import { Field } from '@/ui/field';
import { SelectField, SwitchField, TextField, useFault } from '@/ui/settings/fields';

import type { BotValues } from './values';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function ScheduleStep() {
  const { watch } = useFormContext<BotValues>();
  const windowed = watch('windowed');
  return (
    <div className="space-y-6">
      <SwitchField name="windowed" label="Only within a trading window" help="Outside of it nothing is opened. What reduces and protects works at all times." />
      {windowed && (
        <div className="space-y-5 rounded-xl border border-line p-4">
          <div className="grid gap-5 sm:grid-cols-3">
            <TextField name="trading_window.start" label="From" type="time" />
            <TextField name="trading_window.end" label="To" type="time" help="Earlier than the start: over midnight." />
            <TextField name="trading_window.time_zone" label="Time zone" help={`Yours is ${zone}.`} />
          </div>
          <DaysField />
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

function DaysField() {
  const { control } = useFormContext<BotValues>();
  const fault = useFault('trading_window.days');
  return (
    <Controller
      control={control}
      name="trading_window.days"
      render={({ field }) => (
        <Field label="Days" error={fault}>
          {(wiring) => (
            <div {...wiring} role="group" aria-label="Days" className="flex flex-wrap gap-1.5">
              {DAYS.map((label, at) => {
                const day = at + 1;
                const on = field.value.includes(day);
                return (
                  <button
                    key={day}
                    type="button"
                    aria-pressed={on}
                    onClick={() => field.onChange(on ? field.value.filter((one) => one !== day) : [...field.value, day].sort())}
                    className={cx('h-8 w-12 rounded-lg border text-xs font-medium transition-colors', on ? 'border-accent bg-accent-soft text-accent-text' : 'border-line-strong text-ink-2 hover:bg-hover')}
                  >
                    {label}
                  </button>
                );
              })}
            </div>
          )}
        </Field>
      )}
    />
  );
}
