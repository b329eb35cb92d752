import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { fleetSummary } from '@/api/fleet';
import type { FleetMoney } from '@/api/types';
import { money } from '@/lib/format';
import { sentence } from '@/lib/words';
import { Profit } from '@/ui/profit';

/** Kinds of money that have room; more are on the dashboard. */
const MOST = 3;

/** What all bots are worth, in the top bar: each kind of money by itself, and all of them however small. */
export function FleetFigures() {
  const { data } = useQuery(fleetSummary);
  // Real money stands first in the list.
  const kinds = data?.money ?? [];
  if (kinds.length === 0) return null;
  return (
    <div className="ml-2 hidden min-w-0 items-center gap-6 text-sm whitespace-nowrap sm:flex lg:ml-0">
      {kinds.length === 1 ? <Only kind={kinds[0]!} /> : kinds.slice(0, MOST).map((kind) => <OneOfSeveral key={`${kind.environment} ${kind.quote}`} kind={kind} />)}
      {kinds.length > MOST && (
        <Link to="/" className="rounded text-xs text-ink-3 hover:underline">
          and {kinds.length - MOST} more
        </Link>
      )}
    </div>
  );
}

function Only({ kind: { environment, equity, quote, today } }: { kind: FleetMoney }) {
  return (
    <dl className="flex items-center gap-6">
      <div className="flex items-baseline gap-2">
        <dt className="text-ink-3">{environment === 'live' ? 'Equity' : `Equity, ${environment}`}</dt>
        <dd className="num font-medium">
          {money(equity, quote)} <span className="text-xs text-ink-3">{quote}</span>
        </dd>
      </div>
      <div className="hidden items-baseline gap-2 md:flex">
        <dt className="text-ink-3">Today</dt>
        <dd className="font-medium">
          <Profit value={today} asset={quote} />
        </dd>
      </div>
    </dl>
  );
}

function OneOfSeveral({ kind: { environment, equity, quote, today } }: { kind: FleetMoney }) {
  return (
    <dl>
      <dt className="text-xs text-ink-3">
        {sentence(environment)}, {quote}
      </dt>
      <dd className="flex items-baseline gap-2">
        <span className="num font-medium">{money(equity, quote)}</span>
        <span className="hidden text-xs md:inline">
          <Profit value={today} asset={quote} />
          <span className="ml-1 text-ink-3">today</span>
        </span>
      </dd>
    </dl>
  );
}
