import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';

import { accountList, isTradable } from '@/api/accounts';
import { usePromote } from '@/api/backtests';
import { freshKey } from '@/api/client';
import type { Backtest } from '@/api/types';
import { placeText } from '@/lib/place';
import { Button } from '@/ui/button';
import { Switch } from '@/ui/choice';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Field, Input } from '@/ui/field';
import { Select } from '@/ui/select';
import { placed } from '@/ui/settings/problems';
import { Notice } from '@/ui/states';

const FIELDS = ['name', 'account_id', 'timeframe', 'start'] as const;

/** Makes a bot of a backtest's settings. */
export function PromoteDialog({ job, onClose }: { job: Backtest; onClose: () => void }) {
  const accounts = useQuery(accountList);
  const ready = accounts.data?.items.filter(isTradable) ?? [];
  const promote = usePromote(job.id);
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [start, setStart] = useState(false);
  const [key] = useState(freshKey);
  const paper = ready.find((one) => one.environment === 'paper') ?? ready[0];
  const account = chosen ?? paper?.id ?? '';
  const { fields, rest } = placed(promote.error, FIELDS);
  const submit = async () => {
    const bot = await promote.mutateAsync({ key, body: { name: name.trim(), account_id: account, start } });
    toast.success(`${bot.name} is made`);
    await navigate(`/bots/${bot.id}`);
  };
  return (
    <Dialog open onClose={onClose} title="Make a bot of it" about="A bot with these settings, on an account of your choice. Paper and sandbox need no money.">
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
          {(wiring) => <Input {...wiring} value={name} maxLength={64} onChange={(event) => setName(event.target.value)} placeholder="trend-on-paper" />}
        </Field>
        <Field label="Account" error={fields.account_id}>
          {(wiring) => <Select {...wiring} value={account} onChange={setChosen} options={ready.map((one) => ({ value: one.id, label: one.name, note: placeText(one, one.paper?.market) }))} />}
        </Field>
        <Field label="Start it at once" error={fields.start}>
          {(wiring) => <Switch {...wiring} checked={start} onChange={setStart} />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={promote.isPending} disabled={!name.trim() || !account}>
            Make the bot
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
