// Where a key leads along a chart of candles. Places are counted in candles from the oldest that is drawn.
export interface View {
  from: number;
  to: number;
}

/** Room that is kept to the right of the newest candle. */
export const MARGIN = 4;
const FEWEST = 12;

export type Walk = 'earlier' | 'later' | 'page-earlier' | 'page-later' | 'oldest' | 'newest' | 'closer' | 'wider';

const KEYS: Record<string, Walk> = {
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  PageUp: 'page-earlier',
  PageDown: 'page-later',
  Home: 'oldest',
  End: 'newest',
  '+': 'closer',
  '=': 'closer',
  '-': 'wider',
};

/** What a key asks for; null for another key, and for what belongs to the browser. */
export function walkOf({ key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): Walk | null {
  return ctrlKey || altKey || metaKey ? null : (KEYS[key] ?? null);
}

/** The view after a walk: never beyond the oldest candle, nor further right than the margin. */
export function walked(walk: Walk, { from, to }: View, count: number): View {
  const width = to - from;
  const end = count + MARGIN;
  const moved = (by: number): View => {
    const right = Math.min(Math.max(to + by, Math.min(width, end)), end);
    return { from: right - width, to: right };
  };
  switch (walk) {
    case 'earlier':
      return moved(-Math.max(1, Math.round(width / 10)));
    case 'later':
      return moved(Math.max(1, Math.round(width / 10)));
    case 'page-earlier':
      return moved(-width * 0.9);
    case 'page-later':
      return moved(width * 0.9);
    case 'oldest':
      return moved(-Infinity);
    case 'newest':
      return moved(Infinity);
    case 'closer':
      return { from: to - Math.max(Math.min(FEWEST, width), width * 0.75), to };
    case 'wider': {
      const wide = Math.max(width, Math.min(end, width / 0.75));
      return { from: Math.max(to - wide, Math.min(0, to - width)), to: Math.max(to, Math.min(end, wide)) };
    }
  }
}
