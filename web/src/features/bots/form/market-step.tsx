import { useQuery } from '@tanstack/react-query';
import { Controller, useFormContext } from 'react-hook-form';
import { Link } from 'react-router';

import { instrumentList, isTradable } from '@/api/accounts';
import type { Account, Strategy } from '@/api/types';
import { placeText } from '@/lib/place';
import { Field } from '@/ui/field';
import { Notice } from '@/ui/states';
import { SelectField, SizingFields, TextField, useFault } from '@/ui/settings/fields';

import { isAsked } from './holding';
import { HoldingFields } from './holding-fields';
import { SymbolPicker } from './symbol-picker';
import { TIMEFRAMES, type BotValues } from './values';

export function MarketStep({ strategy, accounts, quote, base }: { strategy: Strategy; accounts: readonly Account[]; quote: string; base: string }) {
  const { watch, control } = useFormContext<BotValues>();
  const accountId = watch('account_id');
  const instruments = useQuery(instrumentList(accountId));
  const account = accounts.find((one) => one.id === accountId);
  const fault = useFault('symbols');
  return (
    <div className="space-y-6">
      <TextField name="name" label="Name" placeholder={`btc-${strategy.name.split('_')[0]}`} help="How you find it again. Letters, digits and dashes read best." />
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField
          name="account_id"
          label="Account"
          placeholder="Choose an account"
          options={accounts.filter((one) => !one.ready || isTradable(one)).map((one) => ({ value: one.id, label: one.name, note: `${placeText(one, one.paper?.market)}${one.ready ? '' : ', needs a key'}` }))}
          help="The sandbox is an exchange inside Botswain: real orders, invented money. Paper is no exchange: its orders are met by a real market’s candles."
        />
        <SelectField name="timeframe" label="Candles" options={TIMEFRAMES.map((value) => ({ value, label: value }))} help="It decides when one of these closes." />
      </div>
      {accounts.length === 0 && (
        <Notice tone="warn">
          There is no account to trade on yet.{' '}
          <Link to="/venues" className="font-medium underline">
            Add one under Venues
          </Link>
          ; the sandbox and paper need no key.
        </Notice>
      )}
      {account && !account.ready && (
        <Notice tone="warn">
          {account.name} has no key yet, so no bot can trade on it.{' '}
          <Link to="/venues" className="font-medium underline">
            Add a key under Venues
          </Link>
        </Notice>
      )}
      <Field label={strategy.symbols_most > 1 ? 'Markets' : 'Market'} error={fault} help={strategy.symbols_most > 1 ? `Up to ${strategy.symbols_most}.` : undefined}>
        {(wiring) => (
          <Controller
            control={control}
            name="symbols"
            render={({ field }) => <SymbolPicker wiring={wiring} value={field.value} onChange={field.onChange} most={strategy.symbols_most} instruments={instruments} />}
          />
        )}
      </Field>
      <TextField name="capital" label="Capital" unit={quote} numeric help="What it may work with. It never uses more than this and what it has made." />
      <SizingFields strategy={strategy} base={base} quote={quote} />
      {isAsked(account?.environment, watch('holding')) && <HoldingFields />}
    </div>
  );
}
