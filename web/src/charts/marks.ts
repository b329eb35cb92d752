// Fills as arrows: those of one side in one candle are one arrow, since a market order is often filled in many pieces.
// At which price is on the axis and in the lists: written beside arrows it lies over candles.
export interface ChartMark {
  time_ms: number;
  side: 'buy' | 'sell';
}

export interface Arrow {
  open_ms: number;
  side: 'buy' | 'sell';
  /** how many fills it stands for; empty for one */
  label: string;
}

/** In the order of their candles; `candleOf`: when the candle of a time opened, null for one that is not drawn. */
export function arrowsOf(marks: readonly ChartMark[], candleOf: (ms: number) => number | null): Arrow[] {
  const found = new Map<string, { arrow: Arrow; number: number }>();
  for (const { time_ms, side } of marks) {
    const open_ms = candleOf(time_ms);
    if (open_ms === null) continue;
    const key = `${open_ms} ${side}`;
    const known = found.get(key);
    if (known) known.number++;
    else found.set(key, { arrow: { open_ms, side, label: '' }, number: 1 });
  }
  return [...found.values()]
    .map(({ arrow, number }) => (number > 1 ? { ...arrow, label: `×${number}` } : arrow))
    .sort((a, b) => a.open_ms - b.open_ms);
}

const LETTER_PX = 6.5;
const GAP_PX = 6;

/** Labels that would lie over one another are left off, the newer stays: an arrow without one still says when.
 *
 * placeOf: the number of a candle; spacing: how many pixels apart two candles are.
 */
export function legible(arrows: readonly Arrow[], placeOf: (open_ms: number) => number, spacing: number): Arrow[] {
  const begins = { buy: Infinity, sell: Infinity };
  return [...arrows]
    .reverse()
    .map((arrow) => {
      if (!arrow.label) return arrow;
      const [middle, half] = [placeOf(arrow.open_ms) * spacing, (arrow.label.length * LETTER_PX) / 2];
      if (middle + half + GAP_PX > begins[arrow.side]) return { ...arrow, label: '' };
      begins[arrow.side] = middle - half;
      return arrow;
    })
    .reverse();
}
