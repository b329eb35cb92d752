// A bot of the double: it trades a believable, simple version of its strategy on the market and keeps what it did.
import type { Account, Bot, BotSettings, Decision, Equity, Fill, Order, RoundTrip } from '../src/api/types';

import { averages, type Market } from './market';
import { gridLines, text } from './numbers';
import { orderOf, tripOf, type Rung } from './records';
import { positionOf, shownOf } from './shown';

export type Told = ['trade_executed', Fill] | ['order_updated', Order];

export class MockBot {
  readonly fills: Fill[] = [];
  readonly orders = new Map<string, Order>();
  readonly trips: RoundTrip[] = [];
  readonly decisions: Decision[] = [];
  readonly points: Equity['points'] = [];
  editions: { bot_id: string; settings: BotSettings; created_ms: number; archived_ms: number | null }[] = [];
  archived_ms: number | null = null;
  state: Bot['state'] = 'stopped';
  halt: Bot['halt'] = null;
  blocked: Bot['blocked'] = null;
  attention: Bot['attention'] = [];
  version = 1;
  private ladder: Rung[] = [];
  cash = 0;
  qty = 0;
  cost = 0;
  fees = 0;
  realized = 0;
  paid = 0;
  dayStart = 0;
  opened: Fill | null = null;
  told: Told[] = [];

  readonly id: string;
  name: string;
  settings: BotSettings;
  readonly account: Account;
  readonly market: Market;
  readonly created_ms: number;

  constructor(id: string, name: string, settings: BotSettings, account: Account, market: Market, created_ms: number) {
    this.id = id;
    this.name = name;
    this.settings = settings;
    this.account = account;
    this.market = market;
    this.created_ms = created_ms;
    this.editions.push({ bot_id: id, settings, created_ms, archived_ms: null });
    this.cash = Number(settings.capital);
    this.dayStart = this.cash;
  }

  start(price: number, at: number): void {
    this.state = 'running';
    this.note('started', at, `Began with ${this.settings.capital} USDT and ${this.settings.strategy} on ${this.settings.symbols.join(', ')}`);
    if (this.settings.strategy === 'grid' && this.ladder.length === 0) this.layLadder(price, at);
  }

  private layLadder(price: number, at: number): void {
    const lines = gridLines(this.settings, price);
    const share = (Number(this.settings.capital) / (lines.length - 1)) * 0.995;
    for (let slot = 0; slot < lines.length - 1; slot++) {
      const [buy, sell] = [lines[slot]!, lines[slot + 1]!];
      const rung = { slot, buy, sell, held: false, rev: 1, qty: Number((share / buy).toFixed(5)) };
      this.ladder.push(rung);
      if (buy < price) this.want(rung, at);
      else this.fill(rung, 'buy', price, at, 'market');
    }
  }

  /** A price within a candle; `at` is when. */
  price(price: number, at: number): void {
    if (this.state !== 'running') return;
    for (const rung of this.ladder) {
      if (!rung.held && price <= rung.buy) this.fill(rung, 'buy', rung.buy, at, 'limit');
      else if (rung.held && price >= rung.sell) this.fill(rung, 'sell', rung.sell, at, 'limit');
    }
  }

  /** A closed candle, the last of `upTo`. */
  close(upTo: number, at: number): void {
    const rows = this.market.rows;
    const price = rows[upTo]![4];
    this.charge(price, at);
    if (this.state === 'running' && this.settings.strategy === 'sma_crossover') this.decideAverages(upTo, price, at);
    if (upTo % 3 === 0) this.mark(price, at);
  }

  /** What holding costs: at each multiple of its hours, of what is held. */
  private charge(price: number, at: number): void {
    const { funding_rate, funding_hours } = this.settings.holding;
    if (at % (funding_hours * 3_600_000) !== 0) return;
    const paid = this.qty * price * Number(funding_rate);
    this.paid += paid;
    this.cash -= paid;
    this.realized -= paid;
  }

  private decideAverages(upTo: number, price: number, at: number): void {
    const slowLength = Number(this.settings.parameters.slow ?? 50);
    if (upTo < slowLength) return;
    const near = this.market.rows.slice(upTo - slowLength + 1, upTo + 1);
    const fast = averages(near, Number(this.settings.parameters.fast ?? 20)).at(-1)!;
    const slow = averages(near, slowLength).at(-1)!;
    const holds = this.qty > 0;
    const wants = fast > slow;
    const values = { [this.market.of.symbol]: { fast, slow, close: price } };
    if (wants === holds) {
      if (upTo % 9 === 0) this.note('decided', at, `Nothing to do: fast is ${wants ? 'above' : 'below'} slow and it ${holds ? 'holds' : 'is flat'}.`, values);
      return;
    }
    const rung: Rung = this.ladder[0] ?? { slot: 0, buy: price, sell: price, held: false, rev: 0, qty: 0 };
    if (this.ladder.length === 0) this.ladder.push(rung);
    rung.rev++;
    if (wants) rung.qty = Number(((this.cash * 0.995) / price).toFixed(5));
    this.note('decided', at, `Wants to be ${wants ? 'long: fast crossed above slow' : 'flat: fast crossed below slow'}.`, values, rung);
    rung.buy = -1;
    rung.sell = Infinity;
    this.fill(rung, wants ? 'buy' : 'sell', price, at, 'market');
  }

  private want(rung: Rung, at: number): void {
    const order = orderOf(this, rung, rung.held ? 'sell' : 'buy', 'limit', rung.held ? rung.sell : rung.buy, at);
    this.orders.set(order.client_order_id, order);
    this.told.push(['order_updated', order]);
  }

  private fill(rung: Rung, side: 'buy' | 'sell', price: number, at: number, kind: string): void {
    const order = orderOf(this, rung, side, kind, kind === 'market' ? null : price, at - 41_000);
    const ended: Order = { ...order, ...(this.orders.get(order.client_order_id) ?? {}), state: 'filled', working: false, filled_qty: order.qty };
    this.orders.set(order.client_order_id, ended);
    const fee = price * rung.qty * 0.001;
    const profit = side === 'sell' ? (price - this.cost / Math.max(this.qty, 1e-12)) * rung.qty : 0;
    const fill: Fill = {
      id: `${this.id}-${this.fills.length}`,
      time_ms: at,
      bot_id: this.id,
      bot_name: this.name,
      symbol: this.market.of.symbol,
      side,
      qty: order.qty,
      price: text(price, 4),
      fee: text(fee, 6),
      fee_asset: 'USDT',
      realized: text(profit, 4),
      reason: this.settings.strategy === 'grid' ? 'grid' : 'target',
      kind,
      liquidity: kind === 'limit' ? 'maker' : 'taker',
      slot: rung.slot,
      client_order_id: order.client_order_id,
      venue_trade_id: String(9_000_000 + this.fills.length),
    };
    this.book(rung, fill, price, fee, profit);
    this.note('filled', at, `${side === 'buy' ? 'Bought' : 'Sold'} ${fill.qty} ${this.market.of.base} at ${fill.price}${side === 'sell' ? `, ${profit >= 0 ? 'a profit' : 'a loss'} of ${text(Math.abs(profit), 2)} USDT` : ''}.`, {}, rung);
    rung.held = side === 'buy';
    rung.rev++;
    this.told.push(['order_updated', ended], ['trade_executed', fill]);
    if (this.settings.strategy === 'grid') this.want(rung, at);
  }

  private book(rung: Rung, fill: Fill, price: number, fee: number, profit: number): void {
    this.fills.push(fill);
    this.fees += fee;
    const worth = price * rung.qty;
    if (fill.side === 'buy') {
      this.opened = fill;
      this.cost += worth;
      this.qty += rung.qty;
      this.cash -= worth + fee;
    } else {
      this.cost -= worth - profit;
      this.qty = Math.max(0, this.qty - rung.qty);
      this.cash += worth - fee;
      this.realized += profit;
      this.trips.push(tripOf(this, fill, profit, fee, rung));
    }
  }

  /** Puts an entry into the journal. */
  note(kind: string, at: number, summary: string, values: Decision['values'] = {}, rung?: Rung): void {
    const price = (value: number) => (Number.isFinite(value) && value > 0 ? text(value, 4) : null);
    const cut = rung && this.decisions.length % 11 === 5;
    this.decisions.push({
      seq: this.decisions.length + 1,
      time_ms: at,
      kind,
      summary,
      values,
      rows: rung
        ? [{
            symbol: this.market.of.symbol, slot: rung.slot, rev: rung.rev, side: rung.held ? 'sell' : 'buy',
            kind: this.settings.strategy === 'grid' ? 'limit' : 'market', qty: text(rung.qty, 5),
            effective: text(cut ? rung.qty * 0.8 : rung.qty, 5), filled: kind === 'filled' ? text(rung.qty, 5) : '0',
            price: price(rung.held ? rung.sell : rung.buy), trigger: null, state: kind === 'filled' ? 'done' : 'working',
          }]
        : [],
      notes: cut
        ? [{ symbol: this.market.of.symbol, slot: rung.slot, code: 'MAX_POSITION', text: `Cut to ${text(rung.qty * 0.8, 5)}: the position limit left no more room.` }]
        : [],
      grounds: [],
    });
  }

  mark(price: number, at: number): void {
    this.points.push({ time_ms: at, equity: text(this.equity(price), 4), realized: text(this.realized - this.fees, 4) });
  }

  equity(price = this.market.price): number {
    return this.cash + this.qty * price;
  }

  newDay(): void {
    this.dayStart = this.equity();
  }

  haltNow(reason: string, by: string, at: number): void {
    this.halt = { reason, by, at_ms: at, can_resume: true };
    this.state = by === 'you' ? 'paused' : 'halted';
    this.note('halted', at, reason);
  }

  cancelAll(): void {
    for (const [id, order] of this.orders) if (order.working) this.orders.set(id, { ...order, working: false, state: 'canceled' });
  }

  flatten(at: number): void {
    this.cancelAll();
    if (this.qty <= 0) return;
    const rung: Rung = { slot: 900, buy: 0, sell: 0, held: true, rev: this.fills.length, qty: Number(this.qty.toFixed(5)) };
    const strategy = this.settings.strategy;
    this.settings = { ...this.settings, strategy: 'closing' };
    this.fill(rung, 'sell', this.market.price, at, 'market');
    this.settings = { ...this.settings, strategy };
    this.qty = 0;
    this.cost = 0;
    for (const one of this.ladder) one.held = false;
  }

  get ran(): boolean {
    return this.points.length > 0;
  }

  get holds(): boolean {
    return this.qty > 1e-9;
  }

  position = () => positionOf(this);
  shown = () => shownOf(this);
}
