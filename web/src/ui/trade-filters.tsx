import { X } from 'lucide-react';
import { useState } from 'react';

import { fromLocalInput, instantText, localInput } from '@/lib/time';

import { Button } from './button';
import { cx } from './class-names';
import { Input } from './field';
import { Select } from './select';

type Names = 'bot' | 'symbol' | 'side' | 'from' | 'to';

interface TradeFiltersProps {
  values: Partial<Record<Names, string>>;
  onChange: (next: Partial<Record<Names, string>>) => void;
  bots: readonly { id: string; name: string; symbols: readonly string[] }[];
  withSide?: boolean;
  withTimes?: boolean;
}

/** Filters of what was traded; they live in the address. */
export function TradeFilters({ values, onChange, bots, withSide = false, withTimes = true }: TradeFiltersProps) {
  const symbols = [...new Set(bots.flatMap((bot) => bot.symbols))].sort();
  const filtered = Object.keys(values).length > 0;
  return (
    <div role="search" aria-label="Filters" className="grid grid-cols-2 items-center gap-2 border-b border-line px-4 py-3 sm:flex sm:flex-wrap">
      <Select
        aria-label="Bot"
        className="col-span-2 sm:w-44"
        value={values.bot ?? ''}
        onChange={(bot) => onChange({ bot })}
        options={[{ value: '', label: 'All bots' }, ...bots.map((bot) => ({ value: bot.id, label: bot.name }))]}
      />
      <Select
        aria-label="Symbol"
        className={cx('sm:w-36', !withSide && 'col-span-2')}
        value={values.symbol ?? ''}
        onChange={(symbol) => onChange({ symbol })}
        options={[{ value: '', label: 'All symbols' }, ...symbols.map((value) => ({ value, label: value }))]}
      />
      {withSide && (
        <Select
          aria-label="Side"
          className="sm:w-32"
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
          <Moment label="From" value={values.from ?? ''} onChange={(from) => onChange({ from })} />
          <Moment label="To" value={values.to ?? ''} onChange={(to) => onChange({ to })} />
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

/** A moment in the viewer's zone. The address has it with its zone; one of before, without, is read as the viewer's. */
function Moment({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  // What is being written stays as it is written: a year that is not whole yet would come back as another time.
  const [written, setWritten] = useState('');
  const at = fromLocalInput(value);
  const change = (text: string) => {
    setWritten(text);
    const ms = fromLocalInput(text);
    onChange(ms === null ? '' : instantText(ms));
  };
  return (
    <span className="col-span-2 flex items-center gap-2">
      <span className="w-9 shrink-0 text-xs text-ink-3 sm:w-auto" aria-hidden>
        {label}
      </span>
      <span className="min-w-0 flex-1 sm:w-48">
        <Input type="datetime-local" aria-label={label} value={fromLocalInput(written) === at ? written : localInput(at)} onChange={(event) => change(event.target.value)} />
      </span>
    </span>
  );
}
