import { useQuery } from '@tanstack/react-query';
import { ChartSpline } from 'lucide-react';
import { useMemo, useState } from 'react';

import { fleetEquity, fleetSummary } from '@/api/fleet';
import type { FleetMoney, Summary } from '@/api/types';
import { EquityChart } from '@/charts/lazy';
import { count, money } from '@/lib/format';
import { sentence } from '@/lib/words';
import { Segments } from '@/ui/choice';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Profit } from '@/ui/profit';
import { Empty, Failed, Skeleton } from '@/ui/states';
import { Stat } from '@/ui/stat';

const HOUR_MS = 3_600_000;
const SPANS = [
  { value: '1', label: '1 h', ms: HOUR_MS },
  { value: '24', label: '24 h', ms: 24 * HOUR_MS },
  { value: '168', label: '7 d', ms: 168 * HOUR_MS },
  { value: 'all', label: 'All', ms: null },
] as const;
type Span = (typeof SPANS)[number]['value'];

/** What all bots are worth together, and how that came about. */
export function FleetCard() {
  const summary = useQuery(fleetSummary);
  const kinds = summary.data?.money ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const worth = kinds.find((one) => keyOf(one) === chosen) ?? kinds[0];
  const { environment, quote: asset } = worth ?? NO_MONEY;
  const [span, setSpan] = useState<Span>('all');
  // Counted from the end of the curve: a sandbox's market has a time of its own.
  const length = SPANS.find((one) => one.value === span)?.ms;
  const curve = useQuery(fleetEquity({ environment, quote: asset, points: 500, ...(length ? { last_ms: length } : {}) }));
  const points = useMemo(() => curve.data?.points.map((point) => ({ time_ms: point.time_ms, value: Number(point.equity) })) ?? [], [curve.data]);
  return (
    <Card
      flush
      title="Fleet"
      aside={
        <div className="flex flex-wrap gap-2">
          {worth && kinds.length > 1 && (
            <Segments label="Money" value={keyOf(worth)} onChange={setChosen} options={kinds.map((one) => ({ value: keyOf(one), label: nameOf(one, kinds) }))} />
          )}
          <Segments
            label="Span"
            value={span}
            onChange={setSpan}
            options={SPANS}
          />
        </div>
      }
    >
      {/* One word for the card: where the curve failed too, its own says so. */}
      {summary.isError && !summary.data ? !curve.isError && <Failed error={summary.error} retry={() => void summary.refetch()} /> : <Figures summary={summary.data} />}
      <Loaded query={curve} waiting={<Skeleton className="mx-4 mb-4 h-56" />}>
        {({ capital }) =>
          points.length < 2 ? (
            <Empty icon={ChartSpline} title="No curve yet">
              It begins with the first candle that a running bot sees.
            </Empty>
          ) : (
            <EquityChart className="h-60 w-full" points={points} base={Number(capital)} label={`Equity of all ${environment} bots`} asset={asset} />
          )
        }
      </Loaded>
    </Card>
  );
}

const NO_MONEY = { environment: 'sandbox', quote: 'USDT', equity: '0', profit: '0', today: '0' } as const;

const keyOf = (one: FleetMoney) => `${one.environment} ${one.quote}`;

/** Its environment; the asset too where an environment has several. */
function nameOf(one: FleetMoney, kinds: readonly FleetMoney[]): string {
  const several = kinds.some((other) => other.environment === one.environment && other.quote !== one.quote);
  return several ? `${sentence(one.environment)} ${one.quote}` : sentence(one.environment);
}

/** All kinds of money however small, whichever the curve is of; they make no sum. */
function Figures({ summary }: { summary: Summary | undefined }) {
  if (!summary) return <Skeleton className="mx-4 mb-4 h-14 w-3/4" />;
  const states = Object.entries(summary.bots).flatMap(([state, number]) => (number > 0 ? [`${number} ${state}`] : []));
  const total = Object.values(summary.bots).reduce((sum, number) => sum + number, 0);
  const [first, ...others] = summary.money;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 px-4 pt-1 pb-4 sm:grid-cols-3 lg:grid-cols-5">
      <Worth kind={first} />
      <Stat label="Bots" note={sentence(states.join(', ')) || 'none yet'}>
        {count(total)}
      </Stat>
      <Stat label="Working orders" note={`${count(summary.open_positions)} open positions`}>
        {count(summary.working_orders)}
      </Stat>
      {others.map((kind) => (
        <Worth key={keyOf(kind)} kind={kind} className="col-start-1" />
      ))}
    </dl>
  );
}

function Worth({ kind, className }: { kind: FleetMoney | undefined; className?: string }) {
  const { environment, quote: asset, equity, profit, today } = kind ?? NO_MONEY;
  return (
    <>
      <Stat label={`Equity, ${asset}`} note={kind && `of ${count(kind.bots)} ${environment} ${kind.bots === 1 ? 'bot' : 'bots'}`} className={className}>
        {money(equity, asset)}
      </Stat>
      <Stat label={`Profit, ${asset}`}>
        <Profit value={profit} asset={asset} />
      </Stat>
      <Stat label={`Today, ${asset}`}>
        <Profit value={today} asset={asset} />
      </Stat>
    </>
  );
}
