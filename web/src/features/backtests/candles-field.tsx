import { X } from 'lucide-react';
import { Controller, useFormContext } from 'react-hook-form';

import type { Dataset } from '@/api/types';
import { count } from '@/lib/format';
import { dateOnly } from '@/lib/time';
import { Field } from '@/ui/field';
import { Select, type Option } from '@/ui/select';
import { useFault } from '@/ui/settings/fields';

import { besideOf, chosenOf, type BacktestValues } from './values';

/** A request names at most so many. */
const MOST = 20;

/** What a backtest runs on: one data set, and more beside it where the kind of bot trades several symbols. */
export function CandlesField({ datasets, most }: { datasets: readonly Dataset[]; most: number }) {
  const { control } = useFormContext<BacktestValues>();
  return <Controller control={control} name="dataset_ids" render={({ field }) => <Chosen datasets={datasets} most={Math.min(most, MOST)} value={field.value} onChange={field.onChange} />} />;
}

interface ChosenProps {
  datasets: readonly Dataset[];
  most: number;
  value: readonly string[];
  onChange: (ids: string[]) => void;
}

function Chosen({ datasets, most, value, onChange }: ChosenProps) {
  const fault = useFault('dataset_ids');
  const [first, ...rest] = chosenOf(value, datasets);
  const beside = first ? besideOf([first, ...rest], datasets) : [];
  const begin = (id: string) => {
    const [next] = chosenOf([id], datasets);
    const kept = next ? rest.filter((one) => one.timeframe === next.timeframe && one.symbol !== next.symbol) : [];
    onChange([id, ...kept.map((one) => one.id)]);
  };
  return (
    <div className="space-y-3">
      <Field label="Candles" error={fault}>
        {(wiring) => <Select {...wiring} value={first?.id ?? ''} onChange={begin} options={datasets.map(option)} />}
      </Field>
      {rest.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label="More symbols">
          {rest.map((one) => (
            <li key={one.id} className="inline-flex h-7 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-xs font-medium text-accent-text">
              {one.title}
              <button type="button" aria-label={`Leave ${one.symbol} out`} className="rounded-full p-0.5 hover:bg-hover" onClick={() => onChange(value.filter((id) => id !== one.id))}>
                <X className="size-3" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {value.length < most && beside.length > 0 && (
        <Select aria-label="Add another symbol" placeholder="Add another symbol" value="" onChange={(id) => onChange([...value, id])} options={beside.map(option)} />
      )}
    </div>
  );
}

function option(one: Dataset): Option {
  return { value: one.id, label: one.title, note: `${dateOnly(one.first_ms)} to ${dateOnly(one.last_ms)}, ${count(one.candles)} candles` };
}
