import type { ReactNode } from 'react';

import { cx } from './class-names';

const TONES = {
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent-text',
  up: 'bg-up-soft text-up',
  down: 'bg-down-soft text-down',
  warn: 'bg-warn-soft text-warn',
} as const;

export type Tone = keyof typeof TONES;

export function Badge({ tone = 'neutral', dot = false, live = false, children }: { tone?: Tone; dot?: boolean; live?: boolean; children: ReactNode }) {
  return (
    <span className={cx('inline-flex h-5.5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap', TONES[tone])}>
      {dot && <span className={cx('size-1.5 rounded-full bg-current', live && 'animate-pulse-soft')} aria-hidden />}
      {children}
    </span>
  );
}
