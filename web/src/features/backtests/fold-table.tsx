import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';

import { strategyList } from '@/api/strategies';
import type { Backtest, Parameter, WalkFold, WalkResult } from '@/api/types';
import { count, percent } from '@/lib/format';
import { dateOnly, toTheMinute } from '@/lib/time';
import { labelOf, words } from '@/lib/words';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Change } from '@/ui/profit';
import { parameterSaid } from '@/ui/settings/parameters';
import { Notice } from '@/ui/states';

import { OBJECTIVES, type Objective } from './walk';
import { choiceOf, objectiveSaid } from './walk-figures';

/** Each fold: where it was chosen and judged, what was chosen, and what it came to in sample and out of it. */
export function FoldTable({ result, job }: { result: WalkResult; job: Backtest }) {
  const known = useQuery(strategyList).data?.items.find((one) => one.name === job.request.strategy)?.parameters;
  const columns = useMemo(() => columnsOf(result, job.id, known ?? []), [result, job.id, known]);
  const halted = result.folds.filter(({ halt }) => halt !== null);
  return (
    <Card flush title={result.folds.length > 1 ? 'Windows' : 'The window'}>
      {halted.map(({ number, halt }) => (
        <div key={number} className="px-4 pb-3">
          <Notice tone="warn">
            Fold {number} halted: {String(halt?.message ?? halt?.reason)}
          </Notice>
        </div>
      ))}
      <DataTable label="Windows" columns={columns} rows={result.folds} rowId={({ number }) => String(number)} card={(fold) => <FoldCard fold={fold} result={result} jobId={job.id} known={known ?? []} />} />
    </Card>
  );
}

/** In sample, and below it out of it, as the two have to be seen together. */
function Both({ inside, outside }: { inside: ReactNode; outside: ReactNode }) {
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <span className="text-ink-3">{inside}</span>
      <span aria-hidden className="text-ink-3">
        →
      </span>
      <span className="sr-only">in sample, out of it</span>
      <span className="font-medium">{outside}</span>
    </span>
  );
}

/** Of spans of days the dates are enough. */
const LONG_MS = 10 * 24 * 3_600_000;

function Span({ from_ms, to_ms }: { from_ms: number; to_ms: number }) {
  const said = to_ms - from_ms < LONG_MS ? toTheMinute : dateOnly;
  return (
    <span className="whitespace-nowrap text-ink-2">
      {said(from_ms)}
      <span className="text-ink-3"> to </span>
      {said(to_ms)}
    </span>
  );
}

interface ChoiceProps {
  /** null: nothing was chosen */
  chosen: WalkFold['chosen'];
  result: WalkResult;
  known: readonly Parameter[];
}

export function Choice({ chosen, result, known }: ChoiceProps) {
  if (chosen === null) return <span className="text-ink-3">nothing: no combination has a value of “{soughtIn(result)}”</span>;
  return (
    <span className="num">
      {choiceOf(chosen, result).map(([name, value], at) => (
        <span key={name}>
          {at > 0 && ', '}
          <span className="text-ink-3">{words(name)}</span> {parameterSaid(value, known.find((one) => one.name === name))}
        </span>
      ))}
    </span>
  );
}

/** What was looked for, by its name in the form. */
const soughtIn = ({ objective }: WalkResult) => OBJECTIVES[objective as Objective] ?? labelOf(objective);

interface OfFold {
  fold: WalkFold;
}

const nameOf = (fold: WalkFold, { folds }: WalkResult) => (folds.length > 1 ? `Fold ${fold.number}` : 'Holdout');
const Sought = ({ fold: { inside, outside }, name }: OfFold & { name: string }) => <Both inside={objectiveSaid(name, inside[name])} outside={objectiveSaid(name, outside[name])} />;
const Returned = ({ fold: { inside, outside } }: OfFold) => <Both inside={percent(inside.total_return, true)} outside={<Change fraction={outside.total_return} />} />;
const Fell = ({ fold: { inside, outside } }: OfFold) => <Both inside={percent(inside.max_drawdown, false, 1)} outside={percent(outside.max_drawdown, false, 1)} />;

function RunOnce({ fold, jobId }: OfFold & { jobId: string }) {
  if (fold.chosen === null) return null;
  return (
    <Link to={`/backtests/new?from=${jobId}&chosen=${fold.number}`} className="rounded text-xs font-medium whitespace-nowrap text-accent-text hover:underline">
      Run once<span className="sr-only"> with what fold {fold.number} chose</span>
    </Link>
  );
}

/** A fold on a phone, a line for each thing. */
function FoldCard({ fold, result, jobId, known }: OfFold & { result: WalkResult; jobId: string; known: readonly Parameter[] }) {
  const rows: [string, ReactNode][] = [
    ['Chosen on', <Span key="train" from_ms={fold.train_start_ms} to_ms={fold.train_end_ms} />],
    ['Judged on', <Span key="test" from_ms={fold.test_start_ms} to_ms={fold.test_end_ms} />],
  ];
  if (result.objective !== 'total_return') rows.push([soughtIn(result), <Sought key="objective" fold={fold} name={result.objective} />]);
  rows.push(['Return', <Returned key="return" fold={fold} />], ['Drawdown', <Fell key="drawdown" fold={fold} />], ['Trips', count(fold.outside.trips_count)]);
  return (
    <>
      <div className="flex items-baseline justify-between gap-3">
        <p className="min-w-0 text-sm">
          <span className="font-medium">{nameOf(fold, result)}:</span> <Choice chosen={fold.chosen} result={result} known={known} />
        </p>
        <RunOnce fold={fold} jobId={jobId} />
      </div>
      <dl className="mt-1.5 space-y-1 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="flex items-baseline justify-between gap-4">
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function columnsOf(result: WalkResult, jobId: string, known: readonly Parameter[]): ColumnDef<WalkFold, unknown>[] {
  return [
    { id: 'fold', header: 'Fold', cell: ({ row }) => <span className="font-medium whitespace-nowrap">{nameOf(row.original, result)}</span> },
    { id: 'train', header: 'Chosen on', cell: ({ row: { original: one } }) => <Span from_ms={one.train_start_ms} to_ms={one.train_end_ms} /> },
    { id: 'test', header: 'Judged on', cell: ({ row: { original: one } }) => <Span from_ms={one.test_start_ms} to_ms={one.test_end_ms} /> },
    { id: 'chosen', header: 'Chosen', cell: ({ row }) => <Choice chosen={row.original.chosen} result={result} known={known} /> },
    ...(result.objective === 'total_return'
      ? []
      : [
          {
            id: 'objective',
            header: soughtIn(result),
            cell: ({ row }) => <Sought fold={row.original} name={result.objective} />,
            meta: { align: 'right' },
          } satisfies ColumnDef<WalkFold, unknown>,
        ]),
    {
      id: 'return',
      header: 'Return',
      cell: ({ row }) => <Returned fold={row.original} />,
      meta: { align: 'right' },
    },
    { id: 'drawdown', header: 'Drawdown', cell: ({ row }) => <Fell fold={row.original} />, meta: { align: 'right' } },
    { id: 'trips', header: 'Trips', cell: ({ row }) => count(row.original.outside.trips_count), meta: { align: 'right' } },
    {
      id: 'once',
      header: () => <span className="sr-only">Run it once</span>,
      cell: ({ row }) => <RunOnce fold={row.original} jobId={jobId} />,
      meta: { align: 'right' },
    },
  ];
}
