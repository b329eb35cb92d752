// A report's figures: which there are, in which order and how they are shown. The API's object is open, so that what is
// missing is shown as missing and nothing is guessed.
import type { BacktestResult } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { count, money, NOTHING, percent, ratio } from '@/lib/format';
import { duration } from '@/lib/time';

type Metrics = BacktestResult['metrics'] | null;

export function figure(metrics: Metrics, name: string): number | null {
  const value: unknown = metrics?.[name];
  return typeof value === 'number' ? value : null;
}

export function amount(metrics: Metrics, name: string): string | null {
  const value: unknown = metrics?.[name];
  return typeof value === 'string' ? value : null;
}

/** What must be known beside the share that won: what is still held is in no round trip, and may have lost. */
export function heldNote(metrics: Metrics, quote: string): string | null {
  const held = amount(metrics, 'trips_open_profit');
  if (held === null || signOf(held) === 0) return null;
  return `of closed trips; what is still held: ${money(held, quote, true)}`;
}

/** Why a ratio of risk is missing; null where it is there. */
export function whyNone(metrics: Metrics, name: string): string | null {
  if (figure(metrics, name) !== null) return null;
  return figure(metrics, 'volatility') ? 'cannot be told of this run' : 'needs days of different returns';
}

/** The same of a figure that is of a year: a week is the least that says anything of one. */
function ofAYear(metrics: Metrics, name: string): string | null {
  if (figure(metrics, name) !== null) return null;
  const total = figure(metrics, 'total_return');
  return total !== null && total > -1 && figure(metrics, 'cagr') === null ? 'needs a week' : whyNone(metrics, name);
}

type Shown = readonly [label: string, value: string];

export function groups(metrics: BacktestResult['metrics'], quote: string): { title: string; rows: Shown[] }[] {
  const of = (name: string) => figure(metrics, name);
  const paid = (name: string) => (amount(metrics, name) === null ? NOTHING : `${money(amount(metrics, name), quote)} ${quote}`);
  const risk = (name: string) => whyNone(metrics, name) ?? ratio(of(name));
  const ended = of('trips_count') === 0 ? 'no trip was closed' : NOTHING;
  const length = (name: string) => (of(name) === null ? NOTHING : duration(of(name)!));
  return [
    {
      title: 'Return',
      rows: [
        ['Total', percent(of('total_return'), true)],
        ['A year', ofAYear(metrics, 'cagr') ?? percent(of('cagr'), true)],
        ['Market, bought and held', percent(of('market_change'), true)],
        ['Time in the market', percent(of('exposure'), false, 1)],
        ['Fees', paid('fees')],
        ['Traded', paid('volume')],
      ],
    },
    {
      title: 'Risk',
      rows: [
        ['Deepest drawdown', percent(of('max_drawdown'))],
        ['Longest drawdown', length('drawdown_ms')],
        ['Volatility a year', percent(of('volatility'))],
        ['Sharpe', risk('sharpe')],
        ['Sortino', risk('sortino')],
        ['Calmar', ofAYear(metrics, 'calmar') ?? ratio(of('calmar'))],
      ],
    },
    {
      title: 'Round trips',
      rows: [
        ['Number', count(of('trips_count'))],
        ['Made by them', paid('trips_profit')],
        ['Still open', paid('trips_open_profit')],
        ['Won', of('trips_win_rate') === null ? ended : percent(of('trips_win_rate'), false, 1)],
        ['Profit factor', of('trips_profit_factor') === null ? (of('trips_count') ? 'no trip lost' : ended) : ratio(of('trips_profit_factor'))],
        ['Mean profit', paid('trips_expectancy')],
        ['Best, worst', `${money(amount(metrics, 'trips_best'), quote, true)}, ${money(amount(metrics, 'trips_worst'), quote, true)}`],
        ['Mean time held', length('trips_mean_ms')],
      ],
    },
  ];
}
