import { useState } from 'react';
import { toast } from 'sonner';

import { useChangeAccount } from '@/api/accounts';
import type { NewAccount } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Field, Input } from '@/ui/field';
import { Select } from '@/ui/select';
import { placed } from '@/ui/settings/problems';
import { Notice } from '@/ui/states';

import { PaperTermsFields } from './paper-fields';
import { FRESH, termsOf, type PaperFields } from './paper-terms';

const ENVIRONMENTS: { value: NewAccount['environment']; label: string; note: string }[] = [
  { value: 'sandbox', label: 'Sandbox', note: 'an exchange inside Botswain, no key' },
  { value: 'paper', label: 'Paper', note: 'real prices, invented money, no key' },
  { value: 'test', label: 'Test', note: 'the venue’s own test network' },
  { value: 'live', label: 'Live', note: 'real money' },
];

const PAPER = ['paper.market', 'paper.balances', 'paper.maker_fee', 'paper.taker_fee', 'paper.slippage_bps'];

export function AccountDialog({ onClose }: { onClose: () => void }) {
  const change = useChangeAccount();
  const [name, setName] = useState('');
  const [environment, setEnvironment] = useState<NewAccount['environment']>('paper');
  const [paper, setPaper] = useState<PaperFields>(FRESH);
  const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
  const { fields, rest } = placed(change.error, ['name', 'venue', 'environment', ...PAPER]);
  const blamed = { market: fields['paper.market'], balances: fields['paper.balances'], fee: fields['paper.taker_fee'] ?? fields['paper.maker_fee'], slippage: fields['paper.slippage_bps'], ...wrong };
  const submit = async () => {
    const terms = environment === 'paper' ? termsOf(paper) : null;
    setWrong(terms && !terms.ok ? terms.errors : {});
    if (terms && !terms.ok) return;
    const more = terms ? { paper: terms.body } : {};
    await change.mutateAsync({ kind: 'make', body: { name: name.trim(), venue: 'binance', environment, ...more } });
    toast.success(`${name.trim()} is known now`);
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title="Add an account" about="Make the account known first; a live one gets its key afterwards.">
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(() => undefined);
        }}
      >
        {rest && <Notice>{rest}</Notice>}
        <Field label="Name" error={fields.name}>
          {(wiring) => <Input {...wiring} value={name} maxLength={128} onChange={(event) => setName(event.target.value)} placeholder="Binance main" />}
        </Field>
        <Field label="Venue" error={fields.venue}>
          {(wiring) => <Select {...wiring} value="binance" onChange={() => undefined} options={[{ value: 'binance', label: 'Binance spot' }]} />}
        </Field>
        <Field label="Environment" error={fields.environment}>
          {(wiring) => <Select {...wiring} value={environment} onChange={(value) => setEnvironment(value as NewAccount['environment'])} options={ENVIRONMENTS} />}
        </Field>
        {environment === 'paper' && <PaperTermsFields value={paper} onChange={setPaper} errors={blamed} />}
        <DialogActions>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={change.isPending} disabled={!name.trim()}>
            Add
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
