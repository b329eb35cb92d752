import type { ReactNode } from 'react';
import { Area, AreaChart, Bar, BarChart, CartesianGrid, Cell, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';

import { count, money, percent } from '@/lib/format';
import { dateOnly, toTheMinute } from '@/lib/time';

const AXIS = { stroke: 'var(--line)', tick: { fill: 'var(--ink-3)', fontSize: 11 }, tickLine: false } as const;
const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };
/** Looks like every other tip, goes away with the pointer, and stays within the chart. */
const POP = { cursor: { fill: 'var(--hover)' }, isAnimationActive: false, allowEscapeViewBox: { x: false, y: false }, offset: 12 } as const;

function Pop({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="num rounded-md border border-line bg-raised px-2.5 py-1.5 text-xs text-ink shadow-pop">
      <p className="text-ink-3">{title}</p>
      <p className="mt-0.5 font-medium">{children}</p>
    </div>
  );
}

export interface Depth {
  time_ms: number;
  /** 0 at a peak, -0.1 where a tenth is lost */
  depth: number;
}

// A shorter curve would have the same day under each of its ticks.
const DAYS_SHOWN_FROM_MS = 4 * 86_400_000;

/** How far below its peak the curve was. */
export function DrawdownChart({ points, deepest }: { points: readonly Depth[]; deepest: number }) {
  const short = (points.at(-1)?.time_ms ?? 0) - (points[0]?.time_ms ?? 0) < DAYS_SHOWN_FROM_MS;
  const said = short ? toTheMinute : dateOnly;
  return (
    <div role="img" aria-label={`Drawdown over time, at the deepest ${percent(deepest)}.`} className="h-44">
      <ResponsiveContainer>
        <AreaChart data={points as Depth[]} margin={MARGIN} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="time_ms" type="number" domain={['dataMin', 'dataMax']} tickFormatter={said} minTickGap={60} {...AXIS} />
          <YAxis width={52} tickFormatter={(value: number) => percent(value, false, 0)} {...AXIS} axisLine={false} />
          <Tooltip
            {...POP}
            content={({ active, payload: [entry] = [] }) => {
              const point = entry?.payload as Depth | undefined;
              return active && point ? <Pop title={said(point.time_ms)}>{percent(point.depth)} below the peak</Pop> : null;
            }}
          />
          <Area dataKey="depth" stroke="var(--chart-down)" fill="var(--chart-down)" fillOpacity={0.16} strokeWidth={1.5} isAnimationActive={false} />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}

export interface Bin {
  from: number;
  to: number;
  trips: number;
}

/** How many round trips ended with how much. */
export function ProfitBins({ bins, asset }: { bins: readonly Bin[]; asset: string }) {
  const data = bins.map((bin) => ({ ...bin, middle: (bin.from + bin.to) / 2 }));
  return (
    <div role="img" aria-label="How many round trips ended with which profit." className="h-44">
      <ResponsiveContainer>
        <BarChart data={data} margin={MARGIN} barCategoryGap={2} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="middle" tickFormatter={(value: number) => money(value.toFixed(0), asset, true).replace('.00', '')} minTickGap={24} {...AXIS} />
          <YAxis width={32} allowDecimals={false} {...AXIS} axisLine={false} />
          <Tooltip
            {...POP}
            content={({ active, payload: [entry] = [] }) => {
              const bin = entry?.payload as Bin | undefined;
              // Where no trip ended there is nothing to tell.
              if (!active || !bin || bin.trips === 0) return null;
              const title = `${money(bin.from.toFixed(2), asset, true)} to ${money(bin.to.toFixed(2), asset, true)} ${asset}`;
              return <Pop title={title}>{bin.trips === 1 ? '1 round trip' : `${count(bin.trips)} round trips`}</Pop>;
            }}
          />
          <ReferenceLine y={0} stroke="var(--line-strong)" />
          <Bar dataKey="trips" radius={[3, 3, 0, 0]} isAnimationActive={false}>
            {data.map((bin) => (
              <Cell key={bin.from} fill={bin.middle >= 0 ? 'var(--chart-up)' : 'var(--chart-down)'} />
            ))}
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
