// Charts are fetched when the first of them is shown; the rest of a page does not wait for them.
import { lazy, Suspense, type ComponentProps, type ReactNode } from 'react';

import { Skeleton } from '@/ui/states';

const Candle = lazy(() => import('./candle-chart'));
const Equity = lazy(() => import('./equity-chart'));
const Drawdown = lazy(() => import('./bar-charts').then((module) => ({ default: module.DrawdownChart })));
const Bins = lazy(() => import('./bar-charts').then((module) => ({ default: module.ProfitBins })));

function Waiting({ className = 'h-44', children }: { className?: string | undefined; children: ReactNode }) {
  return <Suspense fallback={<Skeleton className={className} />}>{children}</Suspense>;
}

export function CandleChart(props: ComponentProps<typeof Candle>) {
  return (
    <Waiting className={props.className}>
      <Candle {...props} />
    </Waiting>
  );
}

export function EquityChart(props: ComponentProps<typeof Equity>) {
  return (
    <Waiting className={props.className}>
      <Equity {...props} />
    </Waiting>
  );
}

export function DrawdownChart(props: ComponentProps<typeof Drawdown>) {
  return (
    <Waiting>
      <Drawdown {...props} />
    </Waiting>
  );
}

export function ProfitBins(props: ComponentProps<typeof Bins>) {
  return (
    <Waiting>
      <Bins {...props} />
    </Waiting>
  );
}

export type { ChartLine } from './candle-drawing';
export type { ChartMark } from './marks';
