import { RadioGroup } from 'radix-ui';
import { useState } from 'react';

import { useBotAction } from '@/api/bots';
import type { Bot, StopPolicy } from '@/api/types';
import { STOP_POLICIES } from '@/lib/words';
import { Confirm } from '@/ui/confirm';

export function StopDialog({ bot, open, onClose }: { bot: Bot; open: boolean; onClose: () => void }) {
  const [policy, setPolicy] = useState<StopPolicy>(bot.settings.on_stop);
  const act = useBotAction(bot.id);
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Stop ${bot.name}?`}
      about="Choose what becomes of its orders and of what it holds."
      action={policy === 'flatten' ? 'Stop and sell everything' : 'Stop'}
      danger={policy === 'flatten'}
      onConfirm={() => act.mutateAsync({ kind: 'stop', policy })}
    >
      <RadioGroup.Root value={policy} onValueChange={(value) => setPolicy(value as StopPolicy)} aria-label="What to do with its orders" className="space-y-2">
        {STOP_POLICIES.map(({ value, label, help }) => (
          <RadioGroup.Item
            key={value}
            value={value}
            className="flex w-full gap-3 rounded-lg border border-line p-3 text-left transition-colors hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
          >
            <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong" aria-hidden>
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span>
              <span className="block text-sm font-medium">
                {label}
                {value === bot.settings.on_stop && <span className="ml-2 text-xs font-normal text-ink-3">its own way</span>}
              </span>
              <span className="block text-xs text-ink-2">{help}</span>
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </Confirm>
  );
}
