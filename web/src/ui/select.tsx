import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

import { cx } from './class-names';
import { boxLooks } from './field';

export interface Option {
  value: string;
  label: ReactNode;
  note?: ReactNode;
}

interface SelectProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder?: string;
  className?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** Radix has no empty value; this stands for it. */
const EMPTY = '\u0000';

export function Select({ value, onChange, options, placeholder, className, disabled, ...wiring }: SelectProps) {
  const known = options.some((option) => option.value === value);
  return (
    <Radix.Root value={known ? value || EMPTY : ''} onValueChange={(next) => onChange(next === EMPTY ? '' : next)} disabled={disabled ?? false}>
      <Radix.Trigger {...wiring} className={boxLooks(cx('flex items-center justify-between gap-2 text-left data-placeholder:text-ink-3', className))}>
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? 'Choose'} />
        </span>
        <ChevronDown className="size-4 shrink-0 text-ink-3" aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={6}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) animate-in overflow-hidden rounded-lg border border-line bg-raised p-1 shadow-pop"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value || EMPTY}
                className="relative flex cursor-default flex-col rounded-md py-1.5 pr-8 pl-2.5 text-sm outline-none select-none data-highlighted:bg-hover"
              >
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.note && <span className="text-xs text-ink-3">{option.note}</span>}
                <Radix.ItemIndicator className="absolute top-2 right-2">
                  <Check className="size-4 text-accent-text" aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
