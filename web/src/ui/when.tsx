import { when, wholeTime } from '@/lib/time';

interface WhenProps {
  ms: number | null | undefined;
  /** by the clock here, where `ms` is by another one */
  here_ms?: number | null | undefined;
  /** `ms` is by the clock here, and what stands beside it is not */
  here?: boolean;
  className?: string;
}

/** A time in the viewer's zone, and beside it what it was here, for all who have no pointer; the zone is in its title. */
export function When({ ms, here_ms, here, className }: WhenProps) {
  if (ms == null) return <span className="text-ink-3">–</span>;
  const marketTime = (
    <time dateTime={new Date(ms).toISOString()} title={here_ms == null ? wholeTime(ms) : `${wholeTime(ms)} by the market’s clock`} className={`num ${className ?? ''}`}>
      {when(ms)}
      {here && ' here'}
    </time>
  );
  if (here_ms == null) return marketTime;
  return (
    <span className="inline-flex flex-wrap gap-x-1.5">
      {marketTime}
      <time dateTime={new Date(here_ms).toISOString()} title={wholeTime(here_ms)} className="num text-ink-3">
        ({when(here_ms)} here)
      </time>
    </span>
  );
}
