// A market out of a seed: candles of a few symbols up to now, and a price that goes on moving.
import type { CandleRow } from '../src/api/types';

export const MINUTE = 60_000;

/** Numbers between 0 and 1 that are the same at every start. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Symbol {
  symbol: string;
  base: string;
  start: number;
  tick: number;
  lot: string;
  wave: number;
  drift: number;
  seed: number;
}

export const SYMBOLS: Symbol[] = [
  { symbol: 'BTC/USDT', base: 'BTC', start: 61_480, tick: 0.01, lot: '0.00001', wave: 0.012, drift: 0.0000012, seed: 11 },
  { symbol: 'ETH/USDT', base: 'ETH', start: 3_020, tick: 0.01, lot: '0.0001', wave: 0.016, drift: 0.0000016, seed: 23 },
  { symbol: 'SOL/USDT', base: 'SOL', start: 148, tick: 0.01, lot: '0.001', wave: 0.02, drift: -0.0000028, seed: 37 },
  { symbol: 'ADA/USDT', base: 'ADA', start: 0.452, tick: 0.0001, lot: '0.1', wave: 0.014, drift: 0, seed: 41 },
];

export class Market {
  readonly rows: CandleRow[] = [];
  readonly of: Symbol;
  private readonly chance: () => number;
  private last: number;
  private step = 0;

  constructor(of: Symbol, minutes: number, nowMs: number) {
    this.of = of;
    this.chance = seeded(of.seed);
    this.last = of.start;
    const first = Math.floor(nowMs / MINUTE) * MINUTE - minutes * MINUTE;
    for (let at = 0; at <= minutes; at++) {
      const open = first + at * MINUTE;
      const row: CandleRow = [open, this.last, this.last, this.last, this.last, 0];
      this.rows.push(row);
      for (let part = 0; part < 6; part++) this.move(row, 1);
    }
  }

  get price(): number {
    return this.last;
  }

  /** Moves the price a little, into the candle of `nowMs`; true where that began a new one. */
  tick(nowMs: number): boolean {
    const open = Math.floor(nowMs / MINUTE) * MINUTE;
    const begun = open > this.rows.at(-1)![0];
    if (begun) this.rows.push([open, this.last, this.last, this.last, this.last, 0]);
    this.move(this.rows.at(-1)!, 0.25);
    return begun;
  }

  private move(row: CandleRow, scale: number): void {
    const { tick, start, wave, drift } = this.of;
    this.step += scale;
    const noise = (this.chance() + this.chance() + this.chance() - 1.5) * 0.0011 * scale;
    const middle = start * (1 + wave * Math.sin(this.step / 900) + 0.4 * wave * Math.sin(this.step / 170 + 1) + drift * this.step);
    const pull = ((middle - this.last) / middle) * 0.02;
    const next = this.last * (1 + noise + pull);
    this.last = Math.round(next / tick) * tick;
    row[2] = Math.max(row[2], this.last);
    row[3] = Math.min(row[3], this.last);
    row[4] = this.last;
    row[5] = Math.round((row[5] + this.chance() * (scale === 1 ? 4 : 0.4)) * 1000) / 1000;
    for (const at of [1, 2, 3, 4] as const) row[at] = Number(row[at].toFixed(4));
  }
}

export function averages(rows: readonly CandleRow[], length: number): (number | null)[] {
  let sum = 0;
  return rows.map((row, at) => {
    sum += row[4];
    if (at >= length) sum -= rows[at - length]![4];
    return at >= length - 1 ? Number((sum / length).toFixed(6)) : null;
  });
}
