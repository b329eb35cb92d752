import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { Bot as BotIcon, Plus, Search } from 'lucide-react';
import { useRef } from 'react';
import { Link } from 'react-router';

import { botList } from '@/api/bots';
import { strategyList } from '@/api/strategies';
import type { Asked, Bot, BotState } from '@/api/types';
import { Sparkline } from '@/charts/sparkline';
import { count, money, NOTHING, percent } from '@/lib/format';
import { useFilters } from '@/lib/use-filters';
import { sentence } from '@/lib/words';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { DataTable } from '@/ui/data-table';
import { Input } from '@/ui/field';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Pager } from '@/ui/pager';
import { Profit } from '@/ui/profit';
import { Select } from '@/ui/select';
import { BotStateBadge, EnvironmentBadge } from '@/ui/state-badge';
import { Empty } from '@/ui/states';

// All of a large crew on one page: its columns sort what is on it.
const SIZE = 500;
const FILTERS = ['q', 'state', 'strategy'] as const;
const STATES: readonly BotState[] = ['running', 'paused', 'halted', 'stopped', 'starting', 'stopping', 'refused'];

/** To be sorted by. What a bot has none of yet is not zero: it stands last, whichever way. */
const sum = (value: string | null) => (value === null ? undefined : Number(value));

const columns: ColumnDef<Bot, unknown>[] = [
  {
    id: 'name',
    header: 'Bot',
    accessorKey: 'name',
    cell: ({ row: { original: bot } }) => (
      <div className="min-w-36">
        <Link to={`/bots/${bot.id}`} className="rounded font-medium hover:underline">
          {bot.name}
        </Link>
        <p className="text-xs text-ink-3">{sentence(bot.settings.strategy)}</p>
      </div>
    ),
    meta: { phone: 'head' },
  },
  { id: 'state', header: 'State', accessorKey: 'state', cell: ({ row }) => <BotStateBadge bot={row.original} className="max-sm:justify-end" />, meta: { phone: 'corner' } },
  { id: 'market', header: 'Market', accessorFn: (bot) => bot.settings.symbols.join(', '), meta: { className: 'whitespace-nowrap' } },
  { id: 'where', header: 'Account', accessorFn: (bot) => bot.account.environment, cell: ({ row }) => <EnvironmentBadge environment={row.original.account.environment} /> },
  {
    id: 'curve',
    header: 'Curve',
    enableSorting: false,
    cell: ({ row }) => <Sparkline values={row.original.sparkline} base={Number(row.original.settings.capital)} className="h-7 w-24" />,
    meta: { phone: 'hide' },
  },
  { id: 'equity', header: 'Equity', accessorFn: (bot) => sum(bot.equity), sortUndefined: 'last', cell: ({ row }) => money(row.original.equity, row.original.quote), meta: { align: 'right' } },
  {
    id: 'profit',
    header: 'Profit',
    accessorFn: (bot) => sum(bot.profit),
    sortUndefined: 'last',
    cell: ({ row }) => <Profit value={row.original.profit} asset={row.original.quote} fraction={row.original.profit_fraction} className="font-medium" />,
    meta: { align: 'right', phone: 'corner' },
  },
  { id: 'today', header: 'Today', accessorFn: (bot) => sum(bot.today), sortUndefined: 'last', cell: ({ row }) => <Profit value={row.original.today} asset={row.original.quote} />, meta: { align: 'right' } },
  {
    id: 'trips',
    header: 'Round trips',
    accessorFn: (bot) => (bot.round_trips === 0 ? undefined : sum(bot.trip_profit)),
    sortUndefined: 'last',
    cell: ({ row: { original: bot } }) => <Trips bot={bot} />,
    meta: { align: 'right' },
  },
];

/** What those that ended made, how many they were and how many of them with a profit. */
function Trips({ bot }: { bot: Bot }) {
  if (bot.round_trips === 0) return <span className="text-ink-3">{NOTHING}</span>;
  return (
    <>
      <Profit value={bot.trip_profit} asset={bot.quote} />
      <p className="text-xs whitespace-nowrap text-ink-3">
        {count(bot.round_trips)}, {percent(bot.won / bot.round_trips, false, 0)} won
      </p>
    </>
  );
}

export function BotsPage() {
  const { values, change, page } = useFilters(FILTERS);
  const strategies = useQuery(strategyList);
  const filtered = Object.keys(values).length > 0;
  const asked: Asked<'bots_listed'> = {
    limit: SIZE,
    offset: (page - 1) * SIZE,
    ...(values.q ? { q: values.q } : {}),
    ...(STATES.includes(values.state as BotState) ? { state: values.state as BotState } : {}),
    ...(values.strategy ? { strategy: values.strategy } : {}),
  };
  const bots = useQuery(botList(asked));
  // Not held by React: the address follows what is typed a moment later, and would take letters back.
  const find = useRef<HTMLInputElement>(null);
  const clear = () => {
    if (find.current) find.current.value = '';
    change({ q: '', state: '', strategy: '' });
  };
  const add = (
    <Button asChild look="primary">
      <Link to="/bots/new">
        <Plus aria-hidden />
        New bot
      </Link>
    </Button>
  );
  return (
    <Page title="Bots" actions={add}>
      <Card flush>
        <div role="search" aria-label="Filters" className="flex flex-wrap gap-2 border-b border-line px-4 py-3">
          <span className="relative w-full sm:w-60">
            <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-3" aria-hidden />
            <Input ref={find} type="search" aria-label="Find by name" placeholder="Find by name" className="pl-9" defaultValue={values.q ?? ''} onChange={(event) => change({ q: event.target.value })} />
          </span>
          <Select
            aria-label="State"
            className="max-w-[calc(50%-0.25rem)] sm:w-40"
            value={values.state ?? ''}
            onChange={(state) => change({ state })}
            options={[{ value: '', label: 'Every state' }, ...STATES.map((value) => ({ value, label: sentence(value) }))]}
          />
          <Select
            aria-label="Kind"
            className="max-w-[calc(50%-0.25rem)] sm:w-44"
            value={values.strategy ?? ''}
            onChange={(strategy) => change({ strategy })}
            options={[{ value: '', label: 'Every kind' }, ...(strategies.data?.items ?? []).filter((one) => !one.problem).map((one) => ({ value: one.name, label: one.title }))]}
          />
        </div>
        <Loaded query={bots}>
          {({ items, total }) =>
            items.length === 0 ? (
              <Empty
                icon={BotIcon}
                title={filtered ? 'No bot matches' : 'No bot yet'}
                action={filtered ? <Button onClick={clear}>Clear the filters</Button> : add}
              >
                {filtered ? 'Widen the filters to see more.' : 'It takes two minutes. The sandbox trades with no keys and no money of yours.'}
              </Empty>
            ) : (
              <>
                <DataTable label="Bots" columns={columns} rows={items} rowId={(bot) => bot.id} sortable sorted={[{ id: 'name', desc: false }]} />
                <Pager page={page} size={SIZE} total={total} onPage={(next) => change({ page: String(next) })} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
