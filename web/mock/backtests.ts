// Backtests of the double: jobs with progress and a believable result.
import type { Backtest, BacktestResult, Dataset, FactFile, NewBacktest, WalkResult } from '../src/api/types';

import { text } from './numbers';
import { MINUTE, seeded } from './market';
import { Refusal } from './refuse';
import { walkOf } from './walks';

const HOUR = 60 * MINUTE;
export const START_MS = Date.UTC(2026, 4, 1);
const HOURS = 24 * 150;

export const DATASETS: Dataset[] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((symbol) => ({
  id: `history:binance/${symbol}/1h`,
  title: `${symbol} · 1h · Binance`,
  symbol,
  timeframe: '1h',
  first_ms: START_MS,
  last_ms: START_MS + HOURS * HOUR,
  candles: HOURS,
}));

const FILES = ['funding/BTC-USDT.csv', 'funding/ETH-USDT.csv', 'funding/SOL-USDT.csv', 'borrow/rates.csv', 'actions/AAPL-USD.csv', 'trades/BTC-USDT.parquet', 'depth/BTC-USDT.jsonl.gz', 'quotes/BTC-USDT.parquet'];
export const FACT_FILES: FactFile[] = FILES.map((id) => ({
  id,
  kind: id.slice(0, id.indexOf('/')) as FactFile['kind'],
  symbol: /([A-Z]+)-([A-Z]+)/.exec(id)?.slice(1).join('/') ?? null,
  bytes: 40_960,
}));

const results = new Map<string, BacktestResult>();

export function makeBacktest(id: string, request: NewBacktest, created_ms: number): Backtest {
  return { id, state: 'waiting', progress: 0, message: 'Waiting for a free worker', request, metrics: null, created_ms, started_ms: null, ended_ms: null };
}

/** One step onwards. */
export function advance(job: Backtest, nowMs: number): Backtest {
  if (job.state === 'waiting') return { ...job, state: 'running', started_ms: nowMs, message: 'Reading candles' };
  const progress = Math.min(1, job.progress + 0.14);
  const folds = job.request.walk?.folds ?? 5;
  const said = job.request.walk ? `fold ${Math.min(folds, Math.floor(progress * (folds + 1)) + 1)} of ${folds}: ${Math.round(progress * 100) % 36} of 36 tried` : `Candle ${Math.round(progress * HOURS)} of ${HOURS}`;
  if (progress < 1) return { ...job, progress, message: said };
  const result = job.request.walk ? walkResultOf(job) : resultOf(job);
  return { ...job, progress: 1, state: 'done', ended_ms: nowMs, message: '', metrics: result.metrics };
}

export function walkResultOf(job: Backtest): WalkResult {
  if (!job.request.walk) throw new Refusal(409, 'other_kind', `backtest ${job.id} is one run; read its result`);
  const symbol = DATASETS.find((one) => one.id === job.request.dataset_ids[0])?.symbol ?? 'BTC/USDT';
  return walkOf(job, { start_ms: START_MS, hours: HOURS, symbol });
}

export function resultOf(job: Backtest): BacktestResult {
  let found = results.get(job.id);
  if (!found) results.set(job.id, (found = made(job.request, job.id)));
  return found;
}

/** A funding each eight hours at which a round trip was held. */
function fundingsOf(trips: BacktestResult['round_trips']): Record<string, unknown>[] {
  const found = [];
  for (let time_ms = START_MS; time_ms < START_MS + HOURS * HOUR; time_ms += 8 * HOUR) {
    const held = trips.find((trip) => Number(trip.entry_ms) < time_ms && time_ms <= Number(trip.exit_ms));
    if (held) found.push({ time_ms, symbol: held.symbol, kind: 'funding', rate: '0.0001', position: held.qty, price: held.entry_price, cash: text(-Number(held.qty) * Number(held.entry_price) * 0.0001, 4) });
  }
  return found;
}

function made(request: NewBacktest, id: string): BacktestResult {
  const chance = seeded([...id].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7));
  const capital = Number(request.capital);
  const symbol = DATASETS.find((one) => one.id === request.dataset_ids[0])?.symbol ?? 'BTC/USDT';
  const equity: [number, string][] = [];
  const round_trips: BacktestResult['round_trips'] = [];
  const fills: BacktestResult['fills'] = [];
  let worth = capital;
  let [peak, deepest] = [capital, 0];
  let price = 58_000;
  for (let hour = 0; hour < HOURS; hour++) {
    const at = START_MS + hour * HOUR;
    const move = (chance() + chance() + chance() - 1.492) * 0.006;
    price *= 1 + move;
    worth *= 1 + move * 0.42 + 0.00004;
    peak = Math.max(peak, worth);
    deepest = Math.max(deepest, 1 - worth / peak);
    if (hour % 6 === 0) equity.push([at, text(worth, 2)]);
    if (hour % 31 === 30) {
      const entry = price * (1 - (chance() - 0.38) * 0.05);
      const qty = Math.round((capital / entry) * 1e5) / 1e5;
      const fees = (entry + price) * qty * Number(request.fee);
      const profit = (price - entry) * qty - fees;
      const entry_ms = at - Math.ceil(chance() * 29) * HOUR;
      round_trips.push({ symbol, direction: 1, entry_ms, exit_ms: at, qty: text(qty), entry_price: text(entry, 2), exit_price: text(price, 2), profit: text(profit, 2), fees: text(fees, 2), exit_reason: chance() > 0.7 ? 'stop_loss' : 'target' });
      for (const [side, time_ms, at_price] of [['buy', entry_ms, entry], ['sell', at, price]] as const) {
        fills.push({ time_ms, seq: fills.length + 1, symbol, side, qty: text(qty), price: text(at_price, 2), fee: text(fees / 2, 2), fee_asset: 'USDT', slot: 0, reason: 'target', maker: false });
      }
    }
  }
  const charges = request.holding?.funding.length ? fundingsOf(round_trips) : [];
  const profits = round_trips.map((trip) => Number(trip.profit));
  const won = profits.filter((profit) => profit > 0);
  const lost = profits.filter((profit) => profit <= 0);
  const add = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const total = worth / capital - 1;
  return {
    strategy: request.strategy,
    parameters: request.parameters,
    assumptions: { fee: request.fee, slippage_bps: request.slippage_bps, fills: 'one path inside a candle: open, nearer of high and low, other, close' },
    data: { symbol, timeframe: '1h', first_ms: START_MS, last_ms: START_MS + HOURS * HOUR, candles: HOURS, gaps: 0, hash: '5f1c09a7d2e84b63', symbols: [] },
    fills,
    round_trips,
    equity,
    metrics: {
      start_equity: request.capital, final_equity: text(worth, 2), profit: text(worth - capital, 2), fees: text(add(round_trips.map((trip) => Number(trip.fees))), 2),
      ...(charges.length > 0 ? { funding_paid: text(-add(charges.map((one) => Number(one.cash))), 2) } : {}),
      fees_by_asset: {}, volume: text(capital * fills.length, 2), realized_pnl: text(add(profits), 2), fills: fills.length,
      total_return: total, cagr: (1 + total) ** (365 / 150) - 1, max_drawdown: deepest, drawdown_ms: 21 * 24 * HOUR, volatility: 0.271, sharpe: 1.38, sortino: 2.02, calmar: ((1 + total) ** (365 / 150) - 1) / deepest,
      sessions: 365, trips_count: profits.length, trips_won: won.length, trips_win_rate: won.length / profits.length, trips_profit_factor: lost.length ? add(won) / -add(lost) : null,
      trips_expectancy: text(add(profits) / profits.length, 2), trips_best: text(Math.max(...profits), 2), trips_worst: text(Math.min(...profits), 2), trips_mean_ms: 14.2 * HOUR, market_change: price / 58_000 - 1, exposure: 0.463,
    },
    figures: {},
    actions: null,
    charges: charges.length > 0 ? charges : null,
    validation: null,
    notes: [
      { time_ms: START_MS + 400 * HOUR, symbol, slot: 0, code: 'MAX_POSITION', measure: 'qty', value: '0.17000', limit: '0.15500', unit: 'BTC' },
      { time_ms: START_MS + 1900 * HOUR, symbol, slot: -1, code: 'DAILY_LOSS', measure: 'money', value: '9612.40', limit: '9650.00', unit: 'USDT' },
    ],
    halt: null,
  };
}
