import { useFormContext } from 'react-hook-form';

import type { FactFile } from '@/api/types';
import { SwitchField, TextField } from '@/ui/settings/fields';

import { filesOf } from './facts';
import { FilesField } from './files-field';
import type { BacktestValues } from './values';

/** What is paid for holding a position beside fees, and what companies do to their shares. */
export function HoldingFields({ files }: { files: readonly FactFile[] }) {
  const { watch } = useFormContext<BacktestValues>();
  const [shortable, trades] = watch(['shortable', 'tape.trades']);
  return (
    <div className="space-y-5">
      <SwitchField name="shortable" label="May be sold short" help="A bot may sell what it does not hold, up to twice its own money." />
      {trades ? (
        <p className="text-sm text-ink-3">On recorded trades nothing is charged for holding: run it on candles for that.</p>
      ) : (
        <>
          <FilesField name="holding.funding" label="Funding" help={<>What longs of a perpetual contract pay to shorts, by times. Columns ts and rate; files in the data folder under {place('funding')}.</>} files={filesOf(files, 'funding')} />
          {shortable && (
            <div className="grid gap-5 sm:grid-cols-2">
              <TextField name="holding.borrow_rate" label="Borrow fee" unit="% a year" numeric optional help="What a short pays at each midnight (UTC) for what it borrowed." />
              <FilesField name="holding.borrow" label="Borrow fees by times" help={<>In place of one rate; {place('borrow')}.</>} files={filesOf(files, 'borrow')} />
            </div>
          )}
          <FilesField name="holding.actions" label="Splits and dividends" help={<>Applied to positions and resting orders. Columns date, dividend and split; {place('actions')}.</>} files={filesOf(files, 'actions')} />
        </>
      )}
    </div>
  );
}

/** Where files of a kind are put. */
export const place = (kind: FactFile['kind']) => <code className="font-mono">facts/{kind}</code>;
