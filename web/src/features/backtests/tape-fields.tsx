import { useFormContext } from 'react-hook-form';

import type { FactFile } from '@/api/types';
import { SelectField, TextField } from '@/ui/settings/fields';

import { fileName, filesOf } from './facts';
import { place } from './holding-fields';
import type { BacktestValues } from './values';

const NONE = { value: '', label: 'None' };
const MEETS = [
  { value: 'next', label: 'The next trade' },
  { value: 'last', label: 'The last trade' },
];

/** The prices that orders meet: a path through each candle, or trades one by one, with the order book beside them. */
export function TapeFields({ files }: { files: readonly FactFile[] }) {
  const { watch } = useFormContext<BacktestValues>();
  const [trades, book, meets] = watch(['tape.trades', 'tape.book', 'tape.meets']);
  const chosen = (...kinds: FactFile['kind'][]) => filesOf(files, ...kinds).map(({ id, kind }) => ({ value: id, label: fileName(id), ...(kinds.length > 1 ? { note: kind === 'depth' ? 'Levels of the book' : 'Best quotes' } : {}) }));
  return (
    <div className="space-y-5">
      <SelectField
        name="tape.trades"
        label="Orders meet"
        options={[{ value: '', label: 'Candles' }, ...chosen('trades')]}
        help={<>Candles: open, the nearer of high and low, the other, close. Or recorded trades one by one, of which the candles are made; files in the data folder under {place('trades')}.</>}
      />
      {trades && (
        <>
          <SelectField
            name="tape.book"
            label="Order book beside them"
            options={[NONE, ...chosen('depth', 'quotes')]}
            help={<>Orders take what stands there and wait in line behind it; {place('depth')} and {place('quotes')}.</>}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField name="tape.latency_ms" label="Latency" unit="ms" numeric help="From a decision until it is at the market." />
            {!book && meets === 'next' && <TextField name="tape.participation" label="Part of each trade" unit="%" numeric optional help="What all its orders together get of a trade; all they want if left empty." />}
            {!book && <SelectField name="tape.meets" label="An order in between meets" options={MEETS} help="Which price it finds between two trades." />}
          </div>
        </>
      )}
    </div>
  );
}
