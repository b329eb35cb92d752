import { Field, Input } from '@/ui/field';
import { Select } from '@/ui/select';

import type { PaperFields } from './paper-terms';

const MARKETS: { value: PaperFields['market']; label: string; note: string }[] = [
  { value: 'live', label: 'Live', note: 'the venue’s real prices' },
  { value: 'test', label: 'Test', note: 'prices of the venue’s test network' },
  { value: 'sandbox', label: 'Sandbox', note: 'prices of the exchange inside Botswain' },
];

interface Props {
  value: PaperFields;
  onChange: (value: PaperFields) => void;
  errors: Partial<Record<string, string>>;
}

/** What a new paper account begins with. */
export function PaperTermsFields({ value, onChange, errors }: Props) {
  const put = (part: Partial<PaperFields>) => onChange({ ...value, ...part });
  return (
    <>
      <Field label="Prices" error={errors.market} help="Orders are met by this market’s candles and never sent to it.">
        {(wiring) => <Select {...wiring} value={value.market} onChange={(market) => put({ market: market as PaperFields['market'] })} options={MARKETS} />}
      </Field>
      <Field label="Starting balance" error={errors.balances} help="Amounts with their assets, parted by commas. It cannot be changed later.">
        {(wiring) => <Input {...wiring} value={value.balances} maxLength={400} onChange={(event) => put({ balances: event.target.value })} placeholder="10000 USDT, 0.5 BTC" />}
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Fee" error={errors.fee}>
          {(wiring) => <Input {...wiring} inputMode="decimal" unit="%" value={value.fee} onChange={(event) => put({ fee: event.target.value })} />}
        </Field>
        <Field label="Slippage" error={errors.slippage}>
          {(wiring) => <Input {...wiring} inputMode="decimal" unit="%" value={value.slippage} onChange={(event) => put({ slippage: event.target.value })} />}
        </Field>
      </div>
    </>
  );
}
