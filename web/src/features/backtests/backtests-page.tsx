import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { FlaskConical, Plus } from 'lucide-react';
import { Link } from 'react-router';

import { backtestList } from '@/api/backtests';
import { strategyList } from '@/api/strategies';
import type { Backtest } from '@/api/types';
import { percent, ratio } from '@/lib/format';
import { useFilters } from '@/lib/use-filters';
import { words } from '@/lib/words';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Pager } from '@/ui/pager';
import { Change } from '@/ui/profit';
import { parameterSaid } from '@/ui/settings/parameters';
import { JobStateBadge } from '@/ui/state-badge';
import { Empty } from '@/ui/states';
import { When } from '@/ui/when';

import { figure } from './metrics';
import { ProgressBar } from './progress-bar';
import { titleOf, WAYS } from './title';
import { variedSaid } from './walk';

const SIZE = 50;

const columns: ColumnDef<Backtest, unknown>[] = [
  {
    id: 'what',
    header: 'Backtest',
    cell: ({ row: { original: job } }) => (
      <div className="min-w-44">
        <Link to={`/backtests/${job.id}`} className="rounded font-medium hover:underline">
          {titleOf(job.request)}
        </Link>{' '}
        {job.request.walk && <Badge tone="accent">{WAYS[job.request.walk.kind]}</Badge>}
        <Settings request={job.request} />
      </div>
    ),
    meta: { phone: 'head' },
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ row: { original: job } }) => (job.state === 'running' ? <ProgressBar job={job} /> : <JobStateBadge state={job.state} />),
    meta: { phone: 'corner' },
  },
  { id: 'return', header: 'Return', cell: ({ row }) => <Change fraction={figure(row.original.metrics, 'total_return')} className="font-medium" />, meta: { align: 'right' } },
  { id: 'market', header: 'Market', cell: ({ row }) => <Change fraction={figure(row.original.metrics, 'market_change')} />, meta: { align: 'right' } },
  { id: 'drawdown', header: 'Drawdown', cell: ({ row }) => percent(figure(row.original.metrics, 'max_drawdown')), meta: { align: 'right' } },
  { id: 'sharpe', header: 'Sharpe', cell: ({ row }) => ratio(figure(row.original.metrics, 'sharpe')), meta: { align: 'right' } },
  { id: 'trips', header: 'Trips', cell: ({ row }) => figure(row.original.metrics, 'trips_count') ?? '–', meta: { align: 'right' } },
  { id: 'asked', header: 'Asked', cell: ({ row }) => <When ms={row.original.created_ms} className="text-ink-2" />, meta: { align: 'right' } },
];

/** Its parameters in a line, each as its form has it. */
function Settings({ request }: { request: Backtest['request'] }) {
  const known = useQuery(strategyList).data?.items.find((one) => one.name === request.strategy)?.parameters ?? [];
  const said = Object.entries(request.parameters).flatMap(([name, value]) => {
    const parameter = known.find((one) => one.name === name);
    return parameter?.kind === 'data' ? [] : [`${words(name)} ${parameterSaid(value, parameter)}`];
  });
  if (request.walk) said.unshift(...variedSaid(request.walk, known));
  return <p className="max-w-72 truncate text-xs text-ink-3">{said.join(', ')}</p>;
}

export function BacktestsPage() {
  const { change, page } = useFilters([]);
  const jobs = useQuery(backtestList({ limit: SIZE, offset: (page - 1) * SIZE }));
  const add = (
    <Button asChild look="primary">
      <Link to="/backtests/new">
        <Plus aria-hidden />
        New backtest
      </Link>
    </Button>
  );
  return (
    <Page title="Backtests" about="The same rules that trade, run on candles of the past." actions={add}>
      <Card flush>
        <Loaded query={jobs}>
          {({ items, total }) =>
            total === 0 ? (
              <Empty icon={FlaskConical} title="No backtest yet" action={add}>
                See what a strategy would have done before it trades with anything.
              </Empty>
            ) : (
              <>
                <DataTable label="Backtests" columns={columns} rows={items} rowId={(job) => job.id} />
                <Pager page={page} size={SIZE} total={total} onPage={(next) => change({ page: String(next) })} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
