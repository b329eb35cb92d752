// The test spans compared, and how steadily parameters are chosen.
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from 'react-router';

import { strategyList } from '@/api/strategies';
import type { Backtest, Parameter, WalkResult } from '@/api/types';
import { count, percent, ratio } from '@/lib/format';
import { labelOf } from '@/lib/words';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Change } from '@/ui/profit';
import { parameterSaid } from '@/ui/settings/parameters';

import { Choice } from './fold-table';
import { EVERYTHING } from './walk-figures';

interface Way {
  name: string;
  figures: Record<string, number | null>;
}

const NAMES: Record<string, string> = { chosen: 'Chosen fold by fold', hindsight: 'Chosen once on everything', buy_and_hold: 'Bought and held' };

const ways: ColumnDef<Way, unknown>[] = [
  { id: 'way', header: 'The same candles', cell: ({ row }) => <span className="font-medium">{NAMES[row.original.name] ?? labelOf(row.original.name)}</span>, meta: { phone: 'head' } },
  { id: 'return', header: 'Return', cell: ({ row }) => <Change fraction={row.original.figures.total_return} />, meta: { align: 'right' } },
  { id: 'year', header: 'A year', cell: ({ row }) => percent(row.original.figures.cagr, true), meta: { align: 'right' } },
  { id: 'sharpe', header: 'Sharpe', cell: ({ row }) => ratio(row.original.figures.sharpe), meta: { align: 'right' } },
  { id: 'drawdown', header: 'Drawdown', cell: ({ row }) => percent(row.original.figures.max_drawdown), meta: { align: 'right' } },
];

export function ComparisonTable({ result, job }: { result: WalkResult; job: Backtest }) {
  const known = useKnown(job.request.strategy);
  const rows = Object.entries(result.comparison).map(([name, figures]) => ({ name, figures }));
  return (
    <Card flush title="Against hindsight and the market">
      <DataTable label="Against hindsight and the market" columns={ways} rows={rows} rowId={({ name }) => name} />
      {result.everything && (
        <p className="px-4 pt-2 pb-3 text-xs text-ink-3">
          Hindsight is what nobody could have known: <Choice chosen={result.everything} result={result} known={known} />, chosen on all candles.{' '}
          <Link to={`/backtests/new?from=${job.id}&chosen=${EVERYTHING}`} className="rounded font-medium text-accent-text hover:underline">
            Run once<span className="sr-only"> with what is chosen on everything</span>
          </Link>
        </p>
      )}
    </Card>
  );
}

type Steady = WalkResult['stability'][number];

function steadyColumns(known: readonly Parameter[]): ColumnDef<Steady, unknown>[] {
  const said = ({ name, usual }: Steady) => parameterSaid(usual, known.find((one) => one.name === name));
  return [
    { id: 'name', header: 'Parameter', cell: ({ row }) => <span className="font-medium">{labelOf(row.original.name)}</span>, meta: { phone: 'head' } },
    { id: 'usual', header: 'Mostly', cell: ({ row }) => said(row.original), meta: { align: 'right' } },
    { id: 'share', header: 'Of folds', cell: ({ row }) => percent(row.original.share, false, 0), meta: { align: 'right' } },
    { id: 'changes', header: 'Changes', cell: ({ row }) => count(row.original.changes), meta: { align: 'right' } },
    { id: 'edges', header: 'At the edge', cell: ({ row }) => count(row.original.edges), meta: { align: 'right' } },
    { id: 'steady', header: 'Steady', cell: ({ row }) => percent(row.original.steady, false, 0), meta: { align: 'right', phone: 'corner' } },
  ];
}

export function StabilityTable({ result, strategy }: { result: WalkResult; strategy: string }) {
  const known = useKnown(strategy);
  return (
    <Card flush title="How steadily it is chosen">
      <DataTable label="How steadily it is chosen" columns={steadyColumns(known)} rows={result.stability} rowId={({ name }) => name} />
      <p className="px-4 pt-2 pb-3 text-xs text-ink-3">100 %: always the same value. 0 %: as if it were drawn. At the edge of what was tried, the best may lie beyond.</p>
    </Card>
  );
}

const useKnown = (strategy: string): readonly Parameter[] => useQuery(strategyList).data?.items.find((one) => one.name === strategy)?.parameters ?? [];
