import type { Position } from '@/api/types';
import { quantity } from '@/lib/format';

/** Said in the place of a way to close it: what is held is less than the venue's least order. */
export function Rest({ position }: { position: Position }) {
  const base = position.symbol.split('/')[0];
  return (
    <span className="inline-block max-w-32 text-xs whitespace-normal text-ink-3">
      Dust: the least order is {quantity(position.least)} {base}
    </span>
  );
}
