import { Check } from 'lucide-react';
import { useFormContext } from 'react-hook-form';
import { RadioGroup } from 'radix-ui';

import type { Strategy } from '@/api/types';
import { parametersTyped } from '@/ui/settings/parameters';

import { KindPicture } from './kind-picture';
import type { BotValues } from './values';

/** All kinds at a glance, each with what it does. When it makes money and when it loses is told of the one that is chosen. */
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
    <RadioGroup.Root value={chosen} onValueChange={choose} aria-label="Kind of bot" className="grid gap-2 sm:grid-cols-2 sm:gap-3 xl:grid-cols-3">
      {strategies.map((strategy) => (
        <RadioGroup.Item
          key={strategy.name}
          value={strategy.name}
          disabled={Boolean(strategy.problem)}
          className="group relative flex scroll-mb-28 items-start gap-3 rounded-xl border border-line bg-surface p-2.5 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent disabled:cursor-not-allowed disabled:opacity-70 sm:p-3"
        >
          <KindPicture name={strategy.name} />
          <span className="min-w-0 flex-1">
            <span className="block pr-6 text-sm font-semibold">{strategy.title}</span>
            <span className={strategy.problem ? 'mt-0.5 block text-xs text-ink-2' : 'mt-0.5 line-clamp-2 text-xs text-ink-2 group-data-[state=checked]:line-clamp-none'}>{strategy.problem ? `It cannot be used as it is: ${strategy.problem}` : strategy.summary}</span>
            {/* where there is no room for it beside the button */}
            <span className="mt-1.5 hidden text-xs text-ink-3 group-data-[state=checked]:block sm:group-data-[state=checked]:hidden">{strategy.help}</span>
          </span>
          <span className="absolute top-2.5 right-2.5 hidden size-5 place-items-center rounded-full bg-accent text-on-accent group-data-[state=checked]:grid" aria-hidden>
            <Check className="size-3.5" />
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
