import { useQuery } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';

import { fleetSummary, useHaltAll } from '@/api/fleet';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Field, Input } from '@/ui/field';

/** Halts everything. It stays in reach on every page. */
export function HaltButton() {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const { data } = useQuery(fleetSummary);
  const halt = useHaltAll();
  if (data?.halted) return null;
  return (
    <>
      <Button look="danger-outline" size="sm" onClick={() => setOpen(true)} aria-label="Halt everything">
        <OctagonX aria-hidden />
        <span className="hidden sm:inline">Halt everything</span>
        <span className="sm:hidden">Halt</span>
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title="Halt everything?"
        about="No bot opens or adds to a position until you lift the halt. Stops and targets go on protecting what is held. Nothing is sold."
        action="Halt everything"
        danger
        onConfirm={async () => {
          const answer = await halt.mutateAsync({ reason });
          setReason('');
          if ('message' in answer) toast.warning(answer.message, { duration: Infinity });
          else toast.success('Everything is halted');
        }}
      >
        <Field label="Why" optional help="Shown to whoever looks at a halted bot.">
          {(wiring) => <Input {...wiring} value={reason} maxLength={400} onChange={(event) => setReason(event.target.value)} placeholder="Strange prices on every market" />}
        </Field>
      </Confirm>
    </>
  );
}
