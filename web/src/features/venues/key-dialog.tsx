import { zodResolver } from '@hookform/resolvers/zod';
import { FormProvider, useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { z } from 'zod';

import { useChangeAccount } from '@/api/accounts';
import type { Account } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { RefusedFields, TextField } from '@/ui/settings/fields';
import { placed } from '@/ui/settings/problems';
import { Notice } from '@/ui/states';

const schema = z.object({
  name: z.string().trim().min(1, 'Give the key a name').max(128, 'At most 128 letters'),
  api_key: z.string().trim().min(1, 'Paste the API key'),
  secret: z.string().trim().min(1, 'Paste the secret'),
  most_notional: z.string().refine((typed) => !typed.trim() || typedDecimal(typed) !== null, 'Write a number, or leave it empty'),
  symbols: z.string(),
});
type Values = z.infer<typeof schema>;
const EMPTY: Values = { name: '', api_key: '', secret: '', most_notional: '', symbols: '' };

export function KeyDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const change = useChangeAccount();
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const { fields, rest } = placed(change.error, Object.keys(EMPTY));
  const submit = form.handleSubmit(async ({ name, api_key, secret, most_notional, symbols }) => {
    const body = {
      name,
      api_key,
      secret,
      most_notional: most_notional.trim() ? typedDecimal(most_notional) : null,
      symbols: symbols.split(/[,\s]+/).filter(Boolean).map((symbol) => symbol.toUpperCase()),
    };
    try {
      await change.mutateAsync({ kind: 'key', accountId: account.id, body });
    } catch {
      return; // shown in the form
    }
    // The secret is not kept in the page a moment longer than it takes to send it.
    form.reset(EMPTY);
    toast.success('The key is sealed');
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={`${account.key ? 'Replace' : 'Add'} the key of ${account.name}`} about="Make a key at the venue that may trade and read, and never withdraw.">
      <FormProvider {...form}>
        <RefusedFields value={fields}>
          <form
            noValidate
            autoComplete="off"
            className="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            {rest && <Notice>{rest}</Notice>}
            <TextField name="name" label="Name" placeholder="trading only" />
            <TextField name="api_key" label="API key" />
            <TextField name="secret" label="Secret" type="password" help="Sealed at once. It cannot be shown again." />
            <TextField name="most_notional" label="Largest order" unit="USDT" numeric optional help="The gateway refuses any order worth more." />
            <TextField name="symbols" label="Only these markets" optional placeholder="BTC/USDT, ETH/USDT" help="The gateway refuses orders on others." />
            <DialogActions>
              <Button onClick={onClose}>Not now</Button>
              <Button type="submit" look="primary" busy={change.isPending}>
                Seal the key
              </Button>
            </DialogActions>
          </form>
        </RefusedFields>
      </FormProvider>
    </Dialog>
  );
}
