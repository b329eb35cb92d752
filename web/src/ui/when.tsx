import { when, wholeTime } from '@/lib/time';

/** A time in the viewer's zone; the zone is in its title. */
export function When({ ms, className }: { ms: number | null | undefined; className?: string }) {
  if (ms == null) return <span className="text-ink-3">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={wholeTime(ms)} className={`num ${className ?? ''}`}>
      {when(ms)}
    </time>
  );
}
