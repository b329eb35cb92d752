import { useMemo } from 'react';

import type { BacktestResult, NewBacktest } from '@/api/types';
import { DrawdownChart, EquityChart, ProfitBins } from '@/charts/lazy';
import { money, percent, ratio } from '@/lib/format';
import { dateOnly } from '@/lib/time';
import { sentence } from '@/lib/words';
import { Card } from '@/ui/card';
import { Change, Profit } from '@/ui/profit';
import { Facts, Stat } from '@/ui/stat';
import { Notice } from '@/ui/states';

import { binsOf, curveOf, depthsOf } from './curves';
import { heldOf, sumsOf } from './held';
import { HeldTable } from './held-table';
import { amount, figure, groups, heldNote, whyNone } from './metrics';
import { NoteList } from './note-list';
import { notesOf, tripsOf } from './rows';
import { TripTable } from './trip-table';

/** What came out: the figures, how the money moved, every round trip, and what must be known before believing it. */
export function Report({ result, request }: { result: BacktestResult; request: NewBacktest }) {
  const trips = useMemo(() => tripsOf(result.round_trips), [result]);
  const notes = useMemo(() => notesOf(result.notes), [result]);
  const curve = useMemo(() => curveOf(result.equity), [result]);
  const start = Number(amount(result.metrics, 'start_equity') ?? request.capital);
  const depths = useMemo(() => depthsOf(curve, start), [curve, start]);
  const bins = useMemo(() => binsOf(trips.map((trip) => Number(trip.profit))), [trips]);
  const held = useMemo(() => heldOf(result), [result]);
  const sums = useMemo(() => sumsOf(result), [result]);
  const quote = (trips[0]?.symbol ?? request.symbols[0] ?? 'BTC/USDT').split('/')[1] ?? 'USDT';
  const { metrics } = result;
  return (
    <div className="space-y-4">
      {result.halt && <Notice tone="warn">It halted: {String(result.halt.message ?? result.halt.reason)}</Notice>}
      <Card>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
          <Stat label={`Profit, ${quote}`}>
            <Profit value={amount(metrics, 'profit')} asset={quote} />
          </Stat>
          <Stat label="Return" note={<>market {percent(figure(metrics, 'market_change'), true)}</>}>
            <Change fraction={figure(metrics, 'total_return')} />
          </Stat>
          <Stat label="Deepest drawdown">{percent(figure(metrics, 'max_drawdown'))}</Stat>
          <Stat label="Sharpe" note={whyNone(metrics, 'sharpe')}>{ratio(figure(metrics, 'sharpe'))}</Stat>
          <Stat label="Won" note={heldNote(metrics, quote)}>{percent(figure(metrics, 'trips_win_rate'), false, 1)}</Stat>
          <Stat label={`Ended with, ${quote}`}>{money(amount(metrics, 'final_equity'), quote)}</Stat>
        </dl>
      </Card>
      <Card flush title={`Equity, ${quote}`}>
        <EquityChart className="h-72 w-full" points={curve} base={start} label="Equity" asset={quote} />
      </Card>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="Drawdown">
          <DrawdownChart points={depths} deepest={figure(metrics, 'max_drawdown') ?? 0} />
        </Card>
        <Card title={`Profit of round trips, ${quote}`}>{bins.length > 0 ? <ProfitBins bins={bins} asset={quote} /> : <p className="text-sm text-ink-3">No round trip was completed.</p>}</Card>
      </div>
      <div className="grid gap-4 md:grid-cols-3">
        {groups(metrics, quote).map(({ title, rows }) => (
          <Card key={title} title={title}>
            <Facts rows={rows} />
          </Card>
        ))}
      </div>
      <TripTable trips={trips} />
      {sums.length > 0 && <HeldTable rows={held} sums={sums} quote={quote} />}
      <div className="grid gap-4 lg:grid-cols-2">
        <NoteList notes={notes} />
        <Card title="What it rests on">
          <Facts rows={restsOn(result)} />
        </Card>
      </div>
    </div>
  );
}

function restsOn({ data, assumptions }: BacktestResult): [string, string][] {
  const rows: [string, string][] = [];
  const { first_ms, last_ms, candles, gaps, hash, timeframe } = data as Record<string, unknown>;
  if (typeof first_ms === 'number' && typeof last_ms === 'number') rows.push(['Candles from', `${dateOnly(first_ms)} to ${dateOnly(last_ms)}`]);
  if (typeof candles === 'number') rows.push(['Candles', `${candles.toLocaleString('en-US')} of ${String(timeframe)}, ${String(gaps)} gaps`]);
  if (typeof hash === 'string') rows.push(['Hash of the data', hash.slice(0, 16)]);
  for (const [name, value] of Object.entries(assumptions)) {
    if (typeof value !== 'object' || value === null) rows.push([sentence(name), String(value)]);
  }
  return rows;
}
