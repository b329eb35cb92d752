import { Check, CircleAlert } from 'lucide-react';

import { cx } from '@/ui/class-names';

import { STEPS } from './steps';

interface StepListProps {
  at: number;
  furthest: number;
  faulty: readonly boolean[];
  onGo: (step: number) => void;
}

export function StepList({ at, furthest, faulty, onGo }: StepListProps) {
  return (
    <nav aria-label="Steps" className="lg:sticky lg:top-20 lg:self-start">
      <p className="mb-2 text-sm text-ink-3 lg:hidden">
        Step {at + 1} of {STEPS.length}
      </p>
      <ol className="flex gap-1 lg:flex-col">
        {STEPS.map((step, place) => {
          const open = place <= furthest;
          const wrong = faulty[place] && place !== at && open;
          const Icon = wrong ? CircleAlert : place < at ? Check : null;
          return (
            <li key={step.id} className="flex-1 lg:flex-none">
              <button
                type="button"
                disabled={!open}
                aria-current={place === at ? 'step' : undefined}
                onClick={() => onGo(place)}
                className={cx('group flex w-full items-center gap-2.5 rounded-lg text-left text-sm transition-colors lg:px-2 lg:py-1.5', open && 'lg:hover:bg-hover', place === at ? 'font-medium text-ink' : 'text-ink-3')}
              >
                <span className={cx('h-1 w-full rounded-full lg:hidden', wrong ? 'bg-danger' : place <= at ? 'bg-accent' : 'bg-line-strong')} />
                <span
                  className={cx(
                    'num hidden size-6 shrink-0 place-items-center rounded-full text-xs lg:grid',
                    wrong ? 'bg-down-soft text-down' : place === at ? 'bg-accent text-on-accent' : place < at ? 'bg-accent-soft text-accent-text' : 'bg-sunken text-ink-3',
                  )}
                >
                  {Icon ? <Icon className="size-3.5" aria-hidden /> : place + 1}
                </span>
                <span className="sr-only lg:not-sr-only">
                  {step.label}
                  {wrong && <span className="sr-only">, something is wrong here</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
