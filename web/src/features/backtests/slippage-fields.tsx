import { useFormContext } from 'react-hook-form';

import { SelectField, TextField } from '@/ui/settings/fields';

import { byCandles, FACTORS, MODELS, type Slippage } from './slippage';

const OPTIONS = Object.entries(MODELS).map(([value, { label }]) => ({ value, label }));

/** How much worse orders by the market fill: a model, and the numbers that it has. */
export function SlippageFields() {
  const { watch } = useFormContext();
  const model = watch('slippage.model') as Slippage['model'];
  const { bps, help } = MODELS[model];
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <SelectField name="slippage.model" label="Slippage by" options={OPTIONS} />
      <TextField name="slippage_bps" label={bps} unit="bps" numeric help={help} />
      {byCandles(model) && (
        <>
          <TextField name="slippage.factor" label="Factor" numeric optional help={FACTORS[model].help} />
          <TextField name="slippage.period" label="Looked at over" unit="candles" numeric optional help="Closed candles; 20 if left empty." />
          <TextField name="slippage.most_bps" label="At most" unit="bps" numeric optional help="Never worse than this; 1000 if left empty." />
        </>
      )}
    </div>
  );
}
