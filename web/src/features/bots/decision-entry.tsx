import { ArrowLeftRight, ChevronRight, CircleDot, CirclePause, CirclePlay, Coins, Flag, Send, ShieldAlert, type LucideIcon } from 'lucide-react';

import type { Decision } from '@/api/types';
import { price, quantity } from '@/lib/format';
import { sentence, words } from '@/lib/words';
import { Badge } from '@/ui/badge';
import { Side } from '@/ui/profit';
import { When } from '@/ui/when';

const ICONS: Record<string, LucideIcon> = {
  decided: CircleDot,
  filled: ArrowLeftRight,
  charged: Coins,
  requested: Send,
  started: CirclePlay,
  resumed: CirclePlay,
  stopped: CirclePause,
  halted: ShieldAlert,
};

export function DecisionEntry({ entry, onOpen }: { entry: Decision; onOpen?: (open: boolean) => void }) {
  const Icon = ICONS[entry.kind] ?? Flag;
  const values = Object.entries(entry.values).filter(([, byName]) => Object.keys(byName).length > 0);
  const more = values.length + entry.rows.length + entry.grounds.length > 0;
  const head = (
    <>
      <Icon className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="block text-sm">{entry.summary}</span>
        <span className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
          <When ms={entry.time_ms} here_ms={entry.here_ms} />
          <span>{sentence(entry.kind)}</span>
          <span className="num">entry {entry.seq}</span>
          {entry.notes.map((note) => (
            <Badge key={`${note.code}-${note.slot}`} tone="warn">
              {words(note.code)}
            </Badge>
          ))}
        </span>
      </span>
    </>
  );
  if (!more && entry.notes.length === 0) return <li className="flex gap-3 px-4 py-3">{head}</li>;
  return (
    <li>
      <details className="group" onToggle={(event) => onOpen?.(event.currentTarget.open)}>
        <summary className="flex cursor-pointer list-none gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover">
          {head}
          <ChevronRight className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform group-open:rotate-90" aria-hidden />
        </summary>
        <div className="space-y-4 bg-sunken/50 px-4 py-4 sm:pl-11">
          {entry.grounds.length > 0 && <Grounds grounds={entry.grounds} />}
          {values.length > 0 && <Values values={values} />}
          {entry.rows.length > 0 && <Rows rows={entry.rows} />}
          {entry.notes.length > 0 && (
            <section>
              <h3 className="mb-1.5 text-xs font-medium text-ink-3">What the gate did</h3>
              <ul className="space-y-1 text-sm">
                {entry.notes.map((note) => (
                  <li key={`${note.code}-${note.slot}`}>
                    <span className="font-medium">{sentence(note.code)}</span>
                    : {note.text}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </details>
    </li>
  );
}

const HELD = { true: { mark: 'holds', tone: 'up' }, false: { mark: 'does not', tone: 'neutral' }, null: { mark: 'no value', tone: 'warn' } } as const;

function Grounds({ grounds }: { grounds: Decision['grounds'] }) {
  const symbols = new Set(grounds.map((one) => one.symbol));
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-ink-3">What it rested on</h3>
      <ul className="space-y-1 text-sm">
        {grounds.map((one, place) => {
          const { mark, tone } = HELD[String(one.holds) as keyof typeof HELD];
          return (
            <li key={place} className="flex flex-wrap items-baseline gap-x-3">
              <span className="text-ink-3">
                {symbols.size > 1 && `${one.symbol} `}
                {words(one.what)}
              </span>
              <span className={one.holds ? 'font-medium' : ''}>{one.text}</span>
              <Badge tone={tone}>{mark}</Badge>
              <span className="num text-xs text-ink-3">
                {Object.entries(one.values)
                  .map(([name, value]) => `${name} ${price(value)}`)
                  .join(', ')}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Values({ values }: { values: [string, Record<string, number | null>][] }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-ink-3">What it saw</h3>
      {values.map(([symbol, byName]) => (
        <dl key={symbol} className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
          {values.length > 1 && <div className="font-medium">{symbol}</div>}
          {Object.entries(byName).map(([name, value]) => (
            <div key={name} className="flex items-baseline gap-2">
              <dt className="text-ink-3">{name}</dt>
              <dd className="num font-medium">{price(value)}</dd>
            </div>
          ))}
        </dl>
      ))}
    </section>
  );
}

function Rows({ rows }: { rows: Decision['rows'] }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-ink-3">What it wants</h3>
      <ul className="space-y-1 text-sm">
        {rows.map((row) => (
          <li key={`${row.symbol}-${row.slot}-${row.rev}`} className="num flex flex-wrap items-baseline gap-x-3">
            <span>
              <Side side={row.side} /> {quantity(row.qty)} {row.symbol.split('/')[0]}
            </span>
            <span className="text-ink-2">
              {words(row.kind)}
              {row.price !== null && ` at ${price(row.price)}`}
              {row.trigger !== null && `, trigger ${price(row.trigger)}`}
            </span>
            {row.effective !== row.qty && <span className="text-warn">let through: {quantity(row.effective)}</span>}
            <span className="text-ink-3">{words(row.state)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
