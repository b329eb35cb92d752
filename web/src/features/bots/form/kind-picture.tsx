// What each kind of bot looks like at work, in a box of 120 by 56: its price, what it watches, and where it trades.
interface Drawing {
  price: string;
  /** an average, a signal line, a level that moves */
  second?: string;
  /** heights of lines that stand: a ladder, a band, a level */
  levels?: readonly number[];
  bought?: readonly (readonly [number, number])[];
  sold?: readonly (readonly [number, number])[];
}

const TREND: Drawing = {
  price: 'M6 44L22 40L34 46L48 34L60 36L74 22L86 26L100 12L114 14',
  second: 'M6 48C40 46 60 40 114 22',
  bought: [[42, 39]],
};

const DRAWINGS: Record<string, Drawing> = {
  grid: {
    price: 'M6 28L18 19L30 37L42 28L54 46L66 28L78 37L90 10L102 28L114 19',
    levels: [10, 19, 28, 37, 46],
    bought: [[30, 37], [54, 46], [78, 37]],
    sold: [[42, 28], [66, 28], [90, 10]],
  },
  dca: {
    price: 'M6 12L22 16L34 26L46 24L58 38L70 46L84 34L98 22L114 16',
    second: 'M6 12L34 12L34 19L58 19L58 25L70 25L70 30L114 30',
    bought: [[8, 12], [34, 26], [58, 38], [70, 46]],
    sold: [[98, 22]],
  },
  dip: {
    price: 'M6 16L20 12L34 14L44 30L52 44L62 40L76 30L92 18L114 12',
    levels: [12],
    bought: [[56, 43]],
    sold: [[84, 24], [100, 15]],
  },
  scalper: {
    price: 'M6 28L16 24L26 32L36 40L46 30L56 18L66 24L76 36L86 42L96 30L106 20L114 26',
    levels: [40, 46],
    bought: [[36, 40], [84, 40]],
    sold: [[54, 21], [103, 23]],
  },
  rsi: {
    price: 'M6 26L18 18L30 30L42 46L54 34L66 16L76 10L90 28L102 44L114 34',
    levels: [14, 42],
    bought: [[45, 43], [104, 42]],
    sold: [[70, 13]],
  },
  stochastic: {
    price: 'M6 40L16 46L28 28L38 12L50 10L60 28L70 44L82 46L94 26L106 12L114 14',
    second: 'M6 34L18 44L32 36L42 20L54 12L64 22L74 38L86 46L98 34L114 20',
    levels: [14, 42],
    bought: [[20, 42], [88, 36]],
    sold: [[56, 18]],
  },
  macd: {
    price: 'M6 40C24 48 34 44 46 30S74 8 88 14S108 28 114 34',
    second: 'M6 34C28 44 44 42 56 32S84 16 94 18S110 26 114 28',
    levels: [28],
    bought: [[41, 37]],
    sold: [[98, 19]],
  },
  bollinger: {
    price: 'M6 28L20 22L32 34L44 46L58 34L70 24L84 10L98 22L114 30',
    second: 'M6 12C40 16 70 4 114 10M6 44C40 52 70 44 114 48',
    bought: [[44, 46]],
    sold: [[84, 10]],
  },
  donchian_breakout: {
    price: 'M6 36L18 28L28 38L40 30L52 36L62 28L72 18L86 22L98 10L114 12',
    second: 'M6 26L66 26L66 16L94 16L94 9L114 9M6 42L66 42L66 38L94 38L94 26L114 26',
    bought: [[65, 25]],
  },
  supertrend: {
    price: 'M6 14L20 22L32 18L46 34L58 42L70 36L84 22L98 24L114 10',
    second: 'M6 6L32 10L58 26L70 28M72 48L92 38L114 26',
    sold: [[40, 27]],
    bought: [[74, 32]],
  },
  indicator_rules: {
    price: 'M6 34L20 26L34 32L48 20L62 26L76 14L90 22L104 12L114 16',
    second: 'M6 44L20 40L34 46L48 38L62 42L76 34L90 46L104 38L114 40',
    levels: [42],
    bought: [[40, 27], [96, 18]],
    sold: [[82, 18]],
  },
  momentum: { price: 'M6 46L24 44L40 40L54 42L68 30L82 22L98 10L114 8', bought: [[62, 35], [82, 22]], sold: [[112, 8]] },
};

export function KindPicture({ name }: { name: string }) {
  const { price, second, levels = [], bought = [], sold = [] } = DRAWINGS[name] ?? TREND;
  return (
    <svg viewBox="0 0 120 56" className="h-9 w-19 shrink-0 rounded-md bg-sunken text-accent-text" aria-hidden focusable="false">
      {levels.map((y) => (
        <line key={y} x1="6" x2="114" y1={y} y2={y} stroke="var(--line-strong)" strokeDasharray="2 3" />
      ))}
      {second && <path fill="none" stroke="var(--chart-2)" strokeWidth="1.3" strokeLinejoin="round" d={second} />}
      <path fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" d={price} />
      {bought.map(([x, y]) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="2.6" fill="var(--up)" />
      ))}
      {sold.map(([x, y]) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="2.6" fill="var(--down)" />
      ))}
    </svg>
  );
}
