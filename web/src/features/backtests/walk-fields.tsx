// Where the spans of a walk-forward or a holdout lie, and what is looked for on them.
import { useFormContext } from 'react-hook-form';

import { SelectField, TextField } from '@/ui/settings/fields';

import type { BacktestValues } from './values';
import { OBJECTIVES } from './walk';

const objectives = Object.entries(OBJECTIVES).map(([value, label]) => ({ value, label }));
const SPANS = [
  { value: 'rolling', label: 'Rolling', note: 'All training spans are as long as the first' },
  { value: 'anchored', label: 'Anchored', note: 'All begin at the first candle, so they grow' },
];

export function WalkFields() {
  const { watch } = useFormContext<BacktestValues>();
  const kind = watch('walk.kind');
  return (
    <div className="space-y-5">
      {kind === 'holdout' ? (
        <TextField name="walk.test" label="Held out" placeholder="25%" help="How much at the end, such as 25%, 90d or 2000 candles, or the date from which on." />
      ) : (
        <>
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField name="walk.folds" label="Folds" numeric placeholder="5" help="How often it is chosen and judged." />
            <SelectField name="walk.spans" label="Training spans" options={SPANS} />
          </div>
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField name="walk.train" label="Chosen on" optional placeholder="3 × judged on" help="Such as 180d, 2000 candles or 25%, or the date on which the first one ends." />
            <TextField name="walk.test" label="Judged on" optional placeholder="The rest, in parts" help="The same of each test span." />
          </div>
        </>
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="walk.purge" label="Purge" optional placeholder="0" help="Left out where a training span ends: what is opened there ends later." />
        <TextField name="walk.embargo" label="Embargo" optional placeholder="0" help="Left out where a test span begins, such as 50 candles." />
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField name="walk.objective" label="Looked for" options={objectives} help="What is best on a training span is chosen." />
        <TextField name="walk.random" label="By chance" numeric optional placeholder="All" help="Try so many combinations only." />
      </div>
      {watch('walk.random').trim() !== '' && <TextField name="walk.seed" label="Seed" numeric optional placeholder="0" help="The same seed tries the same ones." />}
    </div>
  );
}
