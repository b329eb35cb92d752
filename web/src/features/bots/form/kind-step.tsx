import { Check } from 'lucide-react';
import { useFormContext } from 'react-hook-form';
import { RadioGroup } from 'radix-ui';

import type { Strategy } from '@/api/types';
import { parametersTyped } from '@/ui/settings/parameters';

import { KindPicture } from './kind-picture';
import type { BotValues } from './values';

export function KindStep({ strategies }: { strategies: readonly Strategy[] }) {
  const { watch, setValue } = useFormContext<BotValues>();
  const chosen = watch('strategy');
  const choose = (name: string) => {
    const strategy = strategies.find((one) => one.name === name);
    if (!strategy || name === chosen) return;
    setValue('strategy', name, { shouldDirty: true });
    setValue('parameters', parametersTyped(strategy.parameters));
    const { kind } = { kind: watch('sizing.kind') };
    if (!strategy.sizings.includes(kind)) setValue('sizing', { kind: 'percent', size: '100', compounding: true, odds: {}, period: '' });
    setValue('symbols', watch('symbols').slice(0, strategy.symbols_most));
  };
  return (
    <RadioGroup.Root value={chosen} onValueChange={choose} aria-label="Kind of bot" className="grid gap-3">
      {strategies.map((strategy) => (
        <RadioGroup.Item
          key={strategy.name}
          value={strategy.name}
          disabled={Boolean(strategy.problem)}
          className="group relative flex flex-col gap-4 rounded-xl border border-line bg-surface p-4 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent sm:flex-row disabled:cursor-not-allowed disabled:opacity-70"
        >
          <KindPicture name={strategy.name} />
          <span className="min-w-0">
            <span className="block font-semibold">{strategy.title}</span>
            <span className="mt-0.5 block text-sm text-ink-2">{strategy.problem ? 'It cannot be used as it is.' : strategy.summary}</span>
            <span className="mt-2 block text-xs text-ink-3">{strategy.problem || strategy.help}</span>
          </span>
          <span className="absolute top-3 right-3 hidden size-5 place-items-center rounded-full bg-accent text-on-accent group-data-[state=checked]:grid" aria-hidden>
            <Check className="size-3.5" />
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
