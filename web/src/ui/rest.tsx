import type { Position } from '@/api/types';
import { quantity } from '@/lib/format';

/** Said in the place of a way to close it: nobody runs its bot any more, or it is less than the venue's least order. */
export function Rest({ position }: { position: Position }) {
  const base = position.symbol.split('/')[0];
  if (position.put_away) return <span className="inline-block max-w-32 text-xs whitespace-normal text-ink-3">Its bot was put away</span>;
  return (
    <span className="inline-block max-w-32 text-xs whitespace-normal text-ink-3">
      Dust: the least order is {quantity(position.least)} {base}
    </span>
  );
}
