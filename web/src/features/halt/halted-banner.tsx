import { useQuery } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';

import { fleetSummary, useHaltAll } from '@/api/fleet';
import { when } from '@/lib/time';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';

export function HaltedBanner() {
  const { data } = useQuery(fleetSummary);
  const [open, setOpen] = useState(false);
  const halt = useHaltAll();
  const halted = data?.halted;
  return (
    <div role="status">
      {halted && (
        <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 bg-down-soft px-4 py-2 text-sm text-down">
          <span className="flex items-center gap-2">
            <OctagonX className="size-4 shrink-0" aria-hidden />
            <span>
              <strong className="font-semibold">Everything is halted</strong> since {when(halted.at_ms)} by {halted.by}
              {halted.reason && `: ${halted.reason}`}
            </span>
          </span>
          <Button size="sm" onClick={() => setOpen(true)}>
            Lift the halt
          </Button>
        </div>
      )}
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title="Lift the halt?"
        about="Bots that were running go on and may open positions at once. Bots that are halted for a reason of their own stay so."
        action="Lift the halt"
        onConfirm={() => halt.mutateAsync(null)}
      />
    </div>
  );
}
