import { LoaderCircle } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';

import { cx } from './class-names';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-danger hover:bg-danger-hover',
  'danger-outline': 'border border-line-strong bg-surface text-down hover:bg-down-soft',
} as const;

const SIZES = { md: 'h-9 px-3.5 text-sm', sm: 'h-8 px-2.5 text-sm', icon: 'size-9', 'icon-sm': 'size-8' } as const;

type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof LOOKS;
  size?: keyof typeof SIZES;
  busy?: boolean;
  asChild?: boolean;
};

export function Button({ look = 'secondary', size = 'md', busy = false, asChild = false, className, children, disabled, ...rest }: ButtonProps) {
  const looks = cx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors select-none',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    LOOKS[look],
    SIZES[size],
    className,
  );
  if (asChild) {
    return (
      <Slot.Root className={looks} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={looks} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
