import type { ReactNode } from 'react';

import { cx } from './class-names';

/** A figure with its name above. */
export function Stat({ label, children, note, large = false, className }: { label: ReactNode; children: ReactNode; note?: ReactNode; large?: boolean; className?: string | undefined }) {
  return (
    <div className={cx('min-w-0', className)}>
      <dt className="truncate text-xs text-ink-3">{label}</dt>
      <dd className={cx('num mt-0.5 font-semibold tracking-tight', large ? 'text-2xl' : 'text-lg')}>{children}</dd>
      {note && <dd className="mt-0.5 text-xs text-ink-3">{note}</dd>}
    </div>
  );
}

/** Names and values in two columns. */
export function Facts({ rows }: { rows: readonly (readonly [ReactNode, ReactNode])[] }) {
  return (
    <dl className="divide-y divide-line text-sm">
      {rows.map(([name, value], at) => (
        <div key={at} className="flex items-baseline justify-between gap-6 py-2 first:pt-0 last:pb-0">
          <dt className="text-ink-3">{name}</dt>
          <dd className="num min-w-0 text-right whitespace-normal">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
