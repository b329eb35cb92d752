import { useQuery } from '@tanstack/react-query';
import { useFormContext } from 'react-hook-form';

import { windowPreview } from '@/api/bots';
import { SelectField, TextField } from '@/ui/settings/fields';
import { useWindowAsked } from '@/ui/settings/window';
import { WindowFields } from '@/ui/settings/window-fields';

import type { BotValues } from './values';

export function ScheduleStep() {
  const { watch } = useFormContext<BotValues>();
  const timeframe = watch('timeframe');
  const asked = useWindowAsked(timeframe);
  const preview = useQuery(windowPreview(asked));
  return (
    <div className="space-y-6">
      <WindowFields asked={asked} preview={preview} />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="trading_frequency_s" label="Decide between closes" unit="s" numeric help={`Every so many seconds on the candle that forms too: sooner, and more often wrong. Less than its ${timeframe}; 0 is at closes only.`} />
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
