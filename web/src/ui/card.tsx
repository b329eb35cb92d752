import type { ReactNode } from 'react';

import { cx } from './class-names';

interface CardProps {
  title?: ReactNode;
  /** beside the title, at the right */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** without room around its content: for tables and charts */
  flush?: boolean;
  /** its content takes all the height there is */
  fill?: boolean;
}

export function Card({ title, aside, children, className, flush = false, fill = false }: CardProps) {
  return (
    <section className={cx(fill && 'flex flex-col', 'min-w-0 rounded-xl border border-line bg-surface shadow-card', className)}>
      {title !== undefined && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      <div className={cx(flush ? 'pb-1' : 'px-4 pb-4', !flush && title === undefined && 'pt-4', fill && 'flex min-h-0 flex-1 flex-col')}>{children}</div>
    </section>
  );
}
