// Walk-forwards and holdouts of the double: believable folds, of which later ones are judged on what nobody chose by.
import type { Backtest, Walk, WalkFold, WalkResult } from '../src/api/types';

import { MINUTE, seeded } from './market';

const HOUR = 60 * MINUTE;
const FIGURES = ['total_return', 'cagr', 'max_drawdown', 'sharpe', 'sortino', 'calmar', 'trips_count', 'trips_win_rate', 'trips_profit_factor', 'trips_expectancy'] as const;
type Value = string | number | boolean;

const results = new Map<string, WalkResult>();

export function walkOf(job: Backtest, data: { start_ms: number; hours: number; symbol: string }): WalkResult {
  let found = results.get(job.id);
  if (!found) results.set(job.id, (found = made(job, data)));
  return found;
}

/** The values that are tried of each parameter. */
function gridOf({ vary }: Walk): Record<string, Value[]> {
  const stepped = (least: number, most: number, step: number) => Array.from({ length: Math.floor((most - least) / step + 1e-9) + 1 }, (_, at) => Number((least + at * step).toPrecision(9)));
  return Object.fromEntries(Object.entries(vary).map(([name, { values, least, most, step }]) => [name, values?.length ? values : stepped(Number(least), Number(most), Number(step ?? 1))]));
}

function made(job: Backtest, { start_ms, hours, symbol }: { start_ms: number; hours: number; symbol: string }): WalkResult {
  const walk = job.request.walk!;
  const chance = seeded([...job.id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7));
  const grid = gridOf(walk);
  const tried = Object.values(grid).reduce((product, one) => product * one.length, 1);
  const count = walk.kind === 'holdout' ? 1 : (walk.folds ?? 5);
  const each = walk.kind === 'holdout' ? Math.floor(hours / 4) : Math.floor(hours / (count + 3));
  const capital = Number(job.request.capital);
  let [worth, held] = [capital, capital];
  const equity: WalkResult['equity'] = [];
  const folds: WalkFold[] = [];
  for (let number = 1; number <= count; number++) {
    const from = hours - each * (count - number + 1);
    const train = walk.anchored || walk.kind === 'holdout' ? from : 3 * each;
    const [began, heldBegan] = [worth, held];
    let [peak, deepest] = [worth, 0];
    for (let hour = 0; hour < each; hour++) {
      const move = (chance() + chance() + chance() - 1.4955) * 0.006;
      held *= 1 + move;
      worth *= 1 + move * 0.4 + 0.00006;
      peak = Math.max(peak, worth);
      deepest = Math.max(deepest, 1 - worth / peak);
      if (hour % 6 === 0) equity.push([start_ms + (from + hour + 1) * HOUR, worth, held]);
    }
    const total = worth / began - 1;
    const better = 0.05 + chance() * 0.2;
    const figures = (values: number[]) => Object.fromEntries(FIGURES.map((name, at) => [name, values[at]!]));
    folds.push({
      number,
      train_start_ms: start_ms + (from - train) * HOUR, train_end_ms: start_ms + from * HOUR, test_start_ms: start_ms + from * HOUR, test_end_ms: start_ms + (from + each) * HOUR,
      train_candles: train, test_candles: each, purged: 0, embargoed: 0,
      chosen: { ...job.request.parameters, ...Object.fromEntries(Object.entries(grid).map(([name, values]) => [name, values[Math.floor(chance() * values.length * 0.6)]!])) },
      tried: { ran: tried },
      inside: figures([better, better * 3, 0.06 + chance() * 0.04, 1.4 + better * 5, 2.1 + better * 5, 3.2, 30 + Math.floor(chance() * 40), 0.44, 1.6, 21]),
      outside: figures([total, total * 9, deepest, total * 22, total * 31, total * 60, 8 + Math.floor(chance() * 14), 0.4, 1.2, heldBegan / 4_000]),
      closing: 0.0004, halt: null,
    });
  }
  const gained = folds.filter((one) => (one.outside.total_return ?? 0) > 0.0004).length;
  const [total, market] = [worth / capital - 1, held / capital - 1];
  const said = (part: number) => `${part > 0 ? '+' : '-'}${Math.abs(part * 100).toFixed(2)} %`;
  const days = Math.round((each * count) / 24);
  const spans = count > 1 ? `${gained} of ${count} test spans gained` : 'one test span';
  const verdict =
    total > 0
      ? `It may not hold: ${said(total)} in ${days} days that it was not chosen on, ${spans}, but that this is more than luck has a probability of 71.20 % only.`
      : `It does not hold: ${said(total)} in ${days} days that it was not chosen on, ${spans}, against +48.10 % a year where it was chosen.`;
  const standing = total > 0 ? 'may_not_hold' : 'does_not_hold';
  const figuresOf = (part: number, sharpe: number, fell: number) => ({ total_return: part, cagr: (1 + part) ** (365 / days) - 1, sharpe, max_drawdown: fell });
  const comparison = { chosen: figuresOf(total, total * 11, 0.071), hindsight: figuresOf(total + 0.06, total * 11 + 0.9, 0.058), buy_and_hold: figuresOf(market, market * 6, 0.214) };
  const choices = (name: string) => folds.map((one) => one.chosen![name]!);
  return {
    strategy: job.request.strategy,
    parameters: job.request.parameters,
    vary: grid,
    objective: walk.objective,
    data: [{ symbol, timeframe: '1h', first_ms: start_ms, last_ms: start_ms + hours * HOUR, candles: hours, hash: '5f1c09a7d2e84b63', origin: job.request.dataset_ids[0] ?? '' }],
    verdict,
    standing,
    efficiency: total > 0 ? 0.31 : -0.12,
    probabilistic_sharpe: 0.712,
    asked: count,
    stopped: false,
    folds,
    stability: Object.entries(grid).filter(([, values]) => values.length > 1).map(([name, values]) => {
      const found = choices(name);
      const changes = found.filter((one, at) => at > 0 && one !== found[at - 1]).length;
      return { name, values: found, usual: found[0]!, share: found.filter((one) => one === found[0]).length / found.length, changes, edges: found.filter((one) => one === values[0] || one === values.at(-1)).length, steady: found.length > 1 ? 1 - changes / found.length : null };
    }),
    everything: { ...folds[0]!.chosen!, ...Object.fromEntries(Object.entries(grid).map(([name, values]) => [name, values[Math.floor(values.length / 3)]!])) },
    comparison,
    metrics: { ...comparison.chosen, market_change: market, trips_count: folds.reduce((sum, one) => sum + (one.outside.trips_count ?? 0), 0), efficiency: 0.31, standing, verdict },
    figures: { returns: { net_profit: worth - capital, total_return: total } },
    equity,
  };
}
