import { Switch as RadixSwitch, ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

import { cx } from './class-names';

interface SegmentsProps<Value extends string> {
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: ReactNode }[];
  label: string;
  className?: string;
}

/** One of a few, all of them in sight. */
export function Segments<Value extends string>({ value, onChange, options, label, className }: SegmentsProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next && onChange(next as Value)}
      aria-label={label}
      className={cx('inline-flex rounded-lg bg-sunken p-0.5', className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex h-7 flex-1 items-center justify-center gap-1.5 rounded-md px-2.5 text-xs font-medium whitespace-nowrap text-ink-2 transition-colors hover:text-ink data-[state=on]:bg-lifted data-[state=on]:text-ink data-[state=on]:shadow-card [&_svg]:size-3.5"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
}

export function Switch({ checked, onChange, ...wiring }: SwitchProps) {
  return (
    <RadixSwitch.Root
      {...wiring}
      checked={checked}
      onCheckedChange={onChange}
      className="relative h-5.5 w-10 shrink-0 rounded-full bg-line-strong transition-colors data-[state=checked]:bg-accent"
    >
      <RadixSwitch.Thumb className="block size-4.5 translate-x-0.5 rounded-full bg-surface shadow transition-transform data-[state=checked]:translate-x-[1.2rem]" />
    </RadixSwitch.Root>
  );
}
