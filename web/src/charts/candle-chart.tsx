import { ChevronsLeft, ChevronsRight, Minus, Plus } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';

import type { CandleRow, Candles } from '@/api/types';
import { price } from '@/lib/format';
import { useTheme } from '@/lib/theme';
import { wholeTime } from '@/lib/time';
import { Button } from '@/ui/button';
import { cx } from '@/ui/class-names';

import { CandleDrawing, type ChartLine } from './candle-drawing';
import type { ChartMark } from './marks';
import { LINE_INKS } from './colours';
import { walkOf, type Walk } from './walk';

interface CandleChartProps {
  candles: Candles;
  live?: CandleRow | null;
  lines?: readonly ChartLine[];
  marks?: readonly ChartMark[];
  onOldest?: () => void;
  /** the price axis shows every line, however far it is */
  fitLines?: boolean;
  className?: string;
  /** told when the first picture stands */
  onDrawn?: () => void;
}

type Pointed = { open: number; high: number; low: number; close: number } | null;
const NONE: never[] = [];
const WALKS = [
  { walk: 'page-earlier', label: 'Earlier candles', Icon: ChevronsLeft },
  { walk: 'page-later', label: 'Later candles', Icon: ChevronsRight },
  { walk: 'closer', label: 'Fewer candles, closer', Icon: Plus },
  { walk: 'wider', label: 'More candles, wider', Icon: Minus },
] as const;

export default function CandleChart({ candles, live = null, lines = NONE, marks = NONE, onOldest, fitLines = false, className, onDrawn }: CandleChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<CandleDrawing | null>(null);
  const [pointed, setPointed] = useState<Pointed>(null);
  const [said, setSaid] = useState('');
  const shown = useTheme((state) => state.shown);
  const keys = useId();
  const oldest = useRef(onOldest);
  const drawn = useRef(onDrawn);
  useEffect(() => {
    oldest.current = onOldest;
    drawn.current = onDrawn;
  });

  useEffect(() => {
    if (!element.current) return;
    const fresh = new CandleDrawing(element.current);
    fresh.onPoint(setPointed);
    fresh.onOldest(() => oldest.current?.());
    setDrawing(fresh);
    return () => fresh.close();
  }, []);

  useEffect(() => {
    if (!drawing) return;
    drawing.setCandles(candles);
    if (drawn.current) requestAnimationFrame(() => requestAnimationFrame(() => drawn.current?.()));
  }, [drawing, candles]);
  useEffect(() => {
    if (live) drawing?.setLive(live);
  }, [drawing, candles, live]);
  useEffect(() => drawing?.paint(), [drawing, shown]);
  useEffect(() => drawing?.setLines(lines, fitLines), [drawing, lines, fitLines, shown]);
  useEffect(() => drawing?.setMarks(marks), [drawing, marks, candles, shown]);

  const walk = (to: Walk) => {
    const seen = drawing?.walk(to);
    if (seen) setSaid(`From ${wholeTime(seen.from_ms)} to ${wholeTime(seen.to_ms)}, close ${price(seen.close)}.`);
  };
  const last = live ?? candles.rows.at(-1);
  const at = pointed ?? (last ? { open: last[1], high: last[2], low: last[3], close: last[4] } : null);
  const rising = at !== null && at.close >= at.open;
  return (
    <div className={cx('relative', className)}>
      <div className="pointer-events-none absolute top-1 right-18 left-3 z-10 flex flex-wrap gap-x-3 text-2xs" aria-hidden>
        {at && (
          <span className="num text-ink-3">
            O {price(at.open)} H {price(at.high)} L {price(at.low)} C <span className={rising ? 'text-up' : 'text-down'}>{price(at.close)}</span>
          </span>
        )}
        {Object.keys(candles.indicators).map((name, place) => (
          <span key={name} className="inline-flex items-center gap-1 text-ink-2">
            <svg viewBox="0 0 10 2" className="h-0.5 w-2.5">
              <rect width="10" height="2" fill={`var(--${LINE_INKS[place % LINE_INKS.length]})`} />
            </svg>
            {name}
          </span>
        ))}
      </div>
      {/* A screen reader leaves the keys to what says that it takes them. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={element}
        className="absolute inset-0 -outline-offset-2"
        role="application"
        aria-roledescription="chart"
        aria-describedby={keys}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={(event) => {
          const to = walkOf(event);
          if (!to) return;
          event.preventDefault();
          walk(to);
        }}
        onBlur={() => drawing?.unpoint()}
        aria-label={`Candles of ${candles.symbol}, ${candles.timeframe}. ${last ? `Last price ${price(last[4])}. ` : ''}${lines.length} orders drawn as lines, ${marks.length} fills as arrows.`}
      />
      <span id={keys} className="sr-only">
        Left and right arrow go along the candles, page up and page down by a whole view, home and end to the oldest and the newest, plus and minus come closer and go further away.
      </span>
      <span className="sr-only" aria-live="polite">
        {said}
      </span>
      {onOldest && (
        <div role="group" aria-label="Go along the candles" className="absolute bottom-9 left-2 z-10 flex gap-0.5 rounded-lg border border-line bg-surface/80">
          {WALKS.map(({ walk: to, label, Icon }) => (
            <Button key={to} look="quiet" size="icon-sm" aria-label={label} title={label} onClick={() => walk(to)}>
              <Icon aria-hidden />
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
