import { X } from 'lucide-react';

import type { Bot } from '@/api/types';

import { Button } from './button';
import { Input } from './field';
import { Select } from './select';

type Names = 'bot' | 'symbol' | 'side' | 'from' | 'to';

interface TradeFiltersProps {
  values: Partial<Record<Names, string>>;
  onChange: (next: Partial<Record<Names, string>>) => void;
  bots: readonly Bot[];
  withSide?: boolean;
  withTimes?: boolean;
}

/** Filters of what was traded; they live in the address. */
export function TradeFilters({ values, onChange, bots, withSide = false, withTimes = true }: TradeFiltersProps) {
  const symbols = [...new Set(bots.flatMap((bot) => bot.settings.symbols))].sort();
  const filtered = Object.keys(values).length > 0;
  return (
    <div role="search" aria-label="Filters" className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-3">
      <Select
        aria-label="Bot"
        className="w-full sm:w-44"
        value={values.bot ?? ''}
        onChange={(bot) => onChange({ bot })}
        options={[{ value: '', label: 'All bots' }, ...bots.map((bot) => ({ value: bot.id, label: bot.name }))]}
      />
      <Select
        aria-label="Symbol"
        className="w-[calc(50%-0.25rem)] sm:w-36"
        value={values.symbol ?? ''}
        onChange={(symbol) => onChange({ symbol })}
        options={[{ value: '', label: 'All symbols' }, ...symbols.map((value) => ({ value, label: value }))]}
      />
      {withSide && (
        <Select
          aria-label="Side"
          className="w-[calc(50%-0.25rem)] sm:w-32"
          value={values.side ?? ''}
          onChange={(side) => onChange({ side })}
          options={[
            { value: '', label: 'Both sides' },
            { value: 'buy', label: 'Buys' },
            { value: 'sell', label: 'Sells' },
          ]}
        />
      )}
      {withTimes && (
        <>
          <span className="w-[calc(50%-0.25rem)] sm:w-48">
            <Input type="datetime-local" aria-label="From" value={values.from ?? ''} onChange={(event) => onChange({ from: event.target.value })} />
          </span>
          <span className="w-[calc(50%-0.25rem)] sm:w-48">
            <Input type="datetime-local" aria-label="To" value={values.to ?? ''} onChange={(event) => onChange({ to: event.target.value })} />
          </span>
        </>
      )}
      {filtered && (
        <Button look="quiet" size="sm" onClick={() => onChange({ bot: '', symbol: '', side: '', from: '', to: '' })}>
          <X aria-hidden />
          Clear
        </Button>
      )}
    </div>
  );
}
