// Parts of a form that few need, each a line until it is opened: what it is, and what is set in it.
import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { cx } from '@/ui/class-names';

export function Folds({ children }: { children: ReactNode }) {
  return <div className="divide-y divide-line border-y border-line">{children}</div>;
}

interface FoldProps {
  title: string;
  /** what is set in it, in short; empty: nothing */
  set: string;
  /** something in it is wrong, so it is open and stays so */
  wrong: boolean;
  children: ReactNode;
}

export function Fold({ title, set, wrong, children }: FoldProps) {
  const [open, setOpen] = useState(wrong);
  // It stays open when what was wrong is mended: somebody is writing in it.
  if (wrong && !open) setOpen(true);
  return (
    <details
      open={open}
      onToggle={({ currentTarget }) => {
        if (wrong) currentTarget.open = true;
        else setOpen(currentTarget.open);
      }}
      className="group/fold"
    >
      <summary className="-mx-2 flex cursor-pointer list-none items-center gap-2 rounded-lg px-2 py-3 text-sm hover:bg-hover">
        <ChevronRight className="size-4 shrink-0 text-ink-3 transition-transform group-open/fold:rotate-90" aria-hidden />
        <span className="shrink-0 font-medium">{title}</span>
        <span className={cx('ml-auto min-w-0 text-right text-xs', set ? 'text-ink-2 tabular-nums' : 'text-ink-3')}>{set || 'Off'}</span>
      </summary>
      <fieldset className="pt-2 pb-6">
        <legend className="sr-only">{title}</legend>
        {children}
      </fieldset>
    </details>
  );
}
