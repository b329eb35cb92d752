// The three states beside having something to show: waiting, having nothing, and having failed.
import { CircleAlert, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { messageOf, Problem } from '@/api/problem';

import { Button } from './button';
import { cx } from './class-names';

export function Skeleton({ className = 'h-4 w-24' }: { className?: string }) {
  return <span className={cx('block animate-pulse-soft rounded-md bg-sunken', className)} />;
}

export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div className="space-y-3 px-4 py-3" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="flex items-center gap-4">
          <Skeleton className="h-4 w-1/4" />
          <Skeleton className="h-4 w-1/6" />
          <Skeleton className="ml-auto h-4 w-1/5" />
        </div>
      ))}
    </div>
  );
}

export function Empty({ icon: Icon, title, children, action }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    // In a window as low as at 200 % what leads on has to stay above the bar at its foot.
    <div className="flex flex-col items-center px-6 py-10 text-center [@media(max-height:30rem)]:py-4">
      <span className="mb-3 grid size-10 place-items-center rounded-xl bg-sunken text-ink-3 [@media(max-height:30rem)]:hidden">
        <Icon className="size-5" aria-hidden />
      </span>
      <p className="font-medium">{title}</p>
      {children && <p className="mt-1 max-w-sm text-sm text-ink-3">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

export function Failed({ error, retry, className }: { error: unknown; retry?: () => void; className?: string }) {
  const gone = error instanceof Problem && error.status === 404;
  return (
    <div role="alert" className={cx('flex flex-col items-center px-6 py-10 text-center', className)}>
      <span className="mb-3 grid size-10 place-items-center rounded-xl bg-down-soft text-down">
        <CircleAlert className="size-5" aria-hidden />
      </span>
      <p className="font-medium">{gone ? 'This is not here' : 'This could not be loaded'}</p>
      <p className="mt-1 max-w-md text-sm text-ink-3">{gone ? 'It was put away, or the address is mistyped.' : messageOf(error)}</p>
      {gone && (
        <Button asChild className="mt-4" size="sm">
          <Link to="/">To the dashboard</Link>
        </Button>
      )}
      {retry && !gone && (
        <Button className="mt-4" size="sm" onClick={retry}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      )}
    </div>
  );
}

export function Notice({ tone = 'down', children }: { tone?: 'down' | 'warn' | 'accent'; children: ReactNode }) {
  const looks = { down: 'bg-down-soft text-down', warn: 'bg-warn-soft text-warn', accent: 'bg-accent-soft text-accent-text' };
  return (
    <div role={tone === 'down' ? 'alert' : undefined} className={cx('flex gap-2.5 rounded-lg px-3 py-2.5 text-sm', looks[tone])}>
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
