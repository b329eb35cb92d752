import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { strategyList } from '@/api/strategies';
import type { BotSettings, Parameter } from '@/api/types';
import { money } from '@/lib/format';
import { labelOf, sentence, STOP_POLICIES, words } from '@/lib/words';
import { ageOf, fallsTyped } from '@/ui/settings/falling';
import { gainName, isRung, rungSaid, rungsTyped } from '@/ui/settings/ladder';
import { EXITS, LIMITS, typed, UNIT, type Setting } from '@/ui/settings/limits';
import { laidOut, matters, parameterSaid } from '@/ui/settings/parameters';
import { isShare, ODDS, SIZINGS, sizingTyped, USUAL_PERIOD } from '@/ui/settings/schema';
import { Facts } from '@/ui/stat';

import { holdingSaid } from './form/holding';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function setOf(values: Record<string, string>, table: readonly Setting[]): [ReactNode, ReactNode][] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (ageOf(name) !== null || isRung(name)) return [];
    const known = table.find((one) => one.name === name);
    if (!known) return [[sentence(name), value]];
    return [[known.label, `${typed(value, known.measure)} ${UNIT[known.measure]}`.trim()]];
  });
}

export function windowSaid(window: BotSettings['trading_window']): string {
  if (!window) return 'at all times';
  const end = { cancel_entries: '', leave: ', entries stay at its end', flatten: `, all is closed ${window.minutes_before} min before its end` }[window.at_end];
  if (!window.start) return [window.calendar, window.hours].filter(Boolean).join(', ') + end;
  const days = window.days.length === 7 ? 'every day' : window.days.map((day) => DAYS[day - 1]).join(', ');
  return `${window.calendar && `${window.calendar}, `}${window.start} to ${window.end}, ${days}, ${window.time_zone}${end}`;
}

function shown(value: BotSettings['parameters'][string], parameter: Parameter | undefined): ReactNode {
  if (parameter?.kind !== 'data') return parameterSaid(value, parameter);
  return <pre className="overflow-x-auto text-left text-xs whitespace-pre-wrap">{laidOut(String(value))}</pre>;
}

export function SettingsFacts({ settings, quote, account }: { settings: BotSettings; quote: string; account?: string | undefined }) {
  const sizing = sizingTyped(settings.sizing);
  const { label, unit } = SIZINGS[sizing.kind];
  const parameters = useQuery(strategyList).data?.items.find(({ name }) => name === settings.strategy)?.parameters ?? [];
  // What does not matter beside the others is no setting of it.
  const idle = new Set(parameters.filter((one) => !matters(one, parameters, settings.parameters)).map(({ name }) => name));
  const used = Object.entries(settings.parameters).filter(([name]) => !idle.has(name));
  const falls = fallsTyped(settings.exits).map(({ minutes, gain }): [ReactNode, ReactNode] => [`Target from ${minutes} min`, `${gain} %`]);
  const rungs = rungsTyped(settings.exits).map(({ gain, share }, at): [ReactNode, ReactNode] => [rungSaid(gainName(at)), `${gain} %, ${share ? `${share} % sold` : 'the rest sold'}`]);
  const exits = [...setOf(settings.exits, EXITS), ...rungs, ...falls];
  const limits = setOf(settings.limits, LIMITS);
  return (
    <div className="@container">
      {/* Columns and no rows: a short group leaves no hole beside a long one. */}
      <div className="-mb-6 gap-x-10 @md:columns-2 @4xl:columns-3">
      <Group title="Market and money">
        <Facts
          rows={[
            ...(account ? [['Account', account] as const] : []),
            ['Market', settings.symbols.join(', ')],
            ['Candles', settings.timeframe],
            ['Capital', `${money(settings.capital, quote)} ${quote}`],
            [label, `${sizing.size} ${unit === 'quote' ? quote : unit}${isShare(sizing.kind) && !sizing.compounding ? ' of the start' : ''}`],
            ...(sizing.kind === 'volatility' ? [['Looked at over', `${sizing.period || USUAL_PERIOD} candles`] as const] : []),
            ...holdingSaid(settings.holding),
            ...ODDS.flatMap((one) => (sizing.odds[one.name] ? [[one.label, sizing.odds[one.name]] as const] : [])),
          ]}
        />
      </Group>
      <Group title={sentence(settings.strategy)}>
        <Facts rows={used.map(([name, value]) => [labelOf(name), shown(value, parameters.find((one) => one.name === name))])} />
      </Group>
      <Group title="Exits and limits">{exits.length + limits.length > 0 ? <Facts rows={[...exits, ...limits]} /> : <p className="text-sm text-ink-3">None are set.</p>}</Group>
      <Group title="When and how">
        <Facts
          rows={[
            ['Trades', windowSaid(settings.trading_window)],
            ['Decides', settings.trading_frequency_s ? `at closes and every ${settings.trading_frequency_s} s` : 'at closes'],
            ['After a fill', settings.react === 'at_once' ? 'reacts at once' : 'reacts at the close'],
            ['When stopped', words(STOP_POLICIES.find((one) => one.value === settings.on_stop)?.label ?? settings.on_stop)],
          ]}
        />
      </Group>
      </div>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="break-inside-avoid pb-6">
      <h3 className="mb-2 text-xs font-medium text-ink-3">{title}</h3>
      {children}
    </section>
  );
}
