import { when, wholeTime } from '@/lib/time';

interface WhenProps {
  ms: number | null | undefined;
  /** by the clock here, where `ms` is by another one */
  here_ms?: number | null | undefined;
  className?: string;
}

/** A time in the viewer's zone; the zone is in its title. */
export function When({ ms, here_ms, className }: WhenProps) {
  if (ms == null) return <span className="text-ink-3">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={here_ms == null ? wholeTime(ms) : `${wholeTime(ms)} by the market’s clock; ${wholeTime(here_ms)} here`} className={`num ${className ?? ''}`}>
      {when(ms)}
    </time>
  );
}
