import { CircleAlert } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';

import { cx } from './class-names';

const BOX =
  'w-full rounded-lg border bg-surface px-3 text-sm text-ink placeholder:text-ink-3 transition-colors ' +
  'hover:border-ink-3 focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger';

export const boxLooks = (className?: string) => cx(BOX, 'h-9 border-line-strong', className);

export interface FieldWiring {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  className?: string;
  children: (wiring: FieldWiring) => ReactNode;
}

/** A control with its label, its help and what is wrong with it, tied together for those who cannot see it. */
export function Field({ label, help, error, optional = false, className, children }: FieldProps) {
  const id = useId();
  const described = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ');
  return (
    <div className={cx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1.5 flex items-baseline justify-between gap-2 text-sm font-medium">
        {label}
        {optional && <span className="text-xs font-normal text-ink-3">optional</span>}
      </label>
      {children({ id, ...(described ? { 'aria-describedby': described } : {}), ...(error ? { 'aria-invalid': true } : {}) })}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex gap-1.5 text-xs text-down">
          <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1.5 text-xs text-ink-3">
          {help}
        </p>
      )}
    </div>
  );
}

/** How much room its unit needs behind a number. */
function roomOf(unit: ReactNode): string {
  if (typeof unit !== 'string') return 'pr-14';
  if (unit.length < 3) return 'pr-8';
  return unit.length < 6 ? 'pr-14' : 'pr-18';
}

type InputProps = ComponentProps<'input'> & { unit?: ReactNode };

export function Input({ unit, className, ...rest }: InputProps) {
  const numeric = rest.inputMode === 'decimal' || rest.inputMode === 'numeric';
  const input = <input {...rest} autoComplete={rest.autoComplete ?? 'off'} className={boxLooks(cx(numeric && 'num text-right', unit !== undefined && roomOf(unit), className))} />;
  if (unit === undefined) return input;
  return (
    <span className="relative block">
      {input}
      <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-xs text-ink-3">{unit}</span>
    </span>
  );
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={cx(BOX, 'min-h-18 border-line-strong py-2', className)} />;
}
