import { useFormContext } from 'react-hook-form';

import { Card } from '@/ui/card';
import { Segments } from '@/ui/choice';

import type { BacktestValues } from './values';
import type { Way } from './walk';

const WAYS: readonly { value: Way; label: string; says: string }[] = [
  { value: 'once', label: 'One run', says: 'These parameters, on all of the candles.' },
  { value: 'walk_forward', label: 'Walk-forward', says: 'Parameters are chosen on one span of candles and judged on the next, and so on through all of them: would choosing have paid?' },
  { value: 'holdout', label: 'Holdout', says: 'Parameters are chosen once on all candles but the last ones, and judged on those.' },
];

/** Once, or chosen on one span and judged on the next. */
export function WayCard() {
  const { watch, setValue } = useFormContext<BacktestValues>();
  const kind = watch('walk.kind');
  return (
    <Card title="How it is run" className="lg:col-span-2">
      <Segments label="How it is run" value={kind} onChange={(next) => setValue('walk.kind', next, { shouldDirty: true })} options={WAYS} className="max-sm:w-full" />
      <p className="mt-3 text-sm text-ink-2">{WAYS.find(({ value }) => value === kind)?.says}</p>
    </Card>
  );
}
