import { Check } from 'lucide-react';
import { useFormContext } from 'react-hook-form';
import { RadioGroup } from 'radix-ui';

import type { Strategy } from '@/api/types';
import { parametersTyped } from '@/ui/settings/parameters';

import type { BotValues } from './values';

/** What each kind looks like at work: a ladder, or a trend that is followed. */
function Picture({ name }: { name: string }) {
  const grid = name.includes('grid');
  return (
    <svg viewBox="0 0 120 56" className="h-14 w-30 shrink-0 rounded-md bg-sunken text-accent-text" aria-hidden focusable="false">
      {grid && [10, 19, 28, 37, 46].map((y) => <line key={y} x1="6" x2="114" y1={y} y2={y} stroke="var(--line-strong)" strokeDasharray="2 3" />)}
      <path
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinejoin="round"
        d={grid ? 'M6 28L18 19L30 37L42 28L54 46L66 28L78 37L90 10L102 28L114 19' : 'M6 44L22 40L34 46L48 34L60 36L74 22L86 26L100 12L114 14'}
      />
      {!grid && <path fill="none" stroke="var(--chart-2)" strokeWidth="1.5" d="M6 48C40 46 60 40 114 22" />}
    </svg>
  );
}

export function KindStep({ strategies }: { strategies: readonly Strategy[] }) {
  const { watch, setValue } = useFormContext<BotValues>();
  const chosen = watch('strategy');
  const choose = (name: string) => {
    const strategy = strategies.find((one) => one.name === name);
    if (!strategy || name === chosen) return;
    setValue('strategy', name, { shouldDirty: true });
    setValue('parameters', parametersTyped(strategy.parameters));
    const { kind } = { kind: watch('sizing.kind') };
    if (!strategy.sizings.includes(kind)) setValue('sizing', { kind: 'percent', size: '100' });
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
          <Picture name={strategy.name} />
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
