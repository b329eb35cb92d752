import { Progress } from 'radix-ui';

import type { Backtest } from '@/api/types';
import { percent } from '@/lib/format';

export function ProgressBar({ job, wide = false }: { job: Backtest; wide?: boolean }) {
  return (
    <span className="flex items-center gap-2">
      <Progress.Root value={Math.round(job.progress * 100)} aria-label="Progress" className={`h-1.5 overflow-hidden rounded-full bg-sunken ${wide ? 'flex-1' : 'w-24'}`}>
        <Progress.Indicator className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${job.progress * 100}%` }} />
      </Progress.Root>
      <span className="num text-xs text-ink-3">{percent(job.progress, false, 0)}</span>
    </span>
  );
}
