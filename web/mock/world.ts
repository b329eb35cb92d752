// Everything the double knows: accounts, markets, bots with a day and a half behind them, backtests.
import { randomUUID } from 'node:crypto';

import type { Account, Backtest, Bot, BotSettings, Market as MarketShape, NewAccount, NewBacktest, Preview, Summary } from '../src/api/types';

import { advance, DATASETS, makeBacktest } from './backtests';
import { MockBot } from './bot';
import { Market, MINUTE, SYMBOLS } from './market';
import { gridLines, text } from './numbers';

const PAST_MINUTES = 2_200;
const RUN_MINUTES = 1_900;
const DAY_MINUTES = 700;

export const SETTINGS: BotSettings = {
  strategy: 'grid', account_id: '', symbols: ['BTC/USDT'], timeframe: '1m', parameters: {}, capital: '1000', sizing: { kind: 'percent', size: '1', compounding: true, odds: {}, period: 0 },
  exits: {}, limits: {}, on_stop: 'cancel_entries', react: 'at_once', trading_frequency_s: 0, trading_window: null, holding: { funding_rate: '0', funding_hours: 8, borrow_rate: '0' },
};

export class World {
  readonly accounts: Account[];
  readonly markets = new Map<string, Market>();
  readonly bots = new Map<string, MockBot>();
  /** kept for what they did */
  readonly away = new Map<string, MockBot>();
  readonly backtests = new Map<string, Backtest>();
  halted: Summary['halted'] = null;
  private made = 0;

  constructor(readonly start: number) {
    for (const symbol of SYMBOLS) this.markets.set(symbol.symbol, new Market(symbol, PAST_MINUTES, start));
    this.accounts = [
      account('0191a000-0000-7000-8000-000000000001', 'Sandbox', 'sandbox', null, start),
      account('0191a000-0000-7000-8000-000000000002', 'Paper on Binance', 'paper', null, start),
      account('0191a000-0000-7000-8000-000000000003', 'Binance main', 'live', { name: 'trading only', fingerprint: '9c41 77e0 a2b8', created_ms: start - 12 * 86_400_000 }, start),
    ];
    this.people();
    this.past();
    this.finish();
    this.oldBacktests();
  }

  private people(): void {
    const [sandbox, paper] = this.accounts as [Account, Account];
    this.add('btc-ladder', sandbox, { symbols: ['BTC/USDT'], capital: '10000', parameters: { lower: 0, upper: 0, centre: 0, step: 0.0028, levels: 18, spacing: 'geometric', initial: 'market' }, exits: { stop_loss: '0.08' }, limits: { max_daily_loss: '0.05', max_drawdown: '0.15' } });
    this.add('eth-trend', sandbox, { strategy: 'sma_crossover', symbols: ['ETH/USDT'], capital: '5000', parameters: { fast: 20, slow: 60, short: false }, sizing: { kind: 'volatility', size: '0.02', compounding: true, odds: {}, period: 0 }, exits: { stop_loss: '0.02', take_profit_1: '0.02', take_profit_share_1: '0.5', take_profit_2: '0.05', take_profit_share_2: '0.3', take_profit_3: '0.09' }, limits: { max_position: '0.9' } });
    this.add('sol-ladder', sandbox, { symbols: ['SOL/USDT'], capital: '4000', parameters: { lower: 0, upper: 0, centre: 0, step: 0.004, levels: 14, spacing: 'arithmetic', initial: 'market' }, limits: { max_daily_loss: '0.05' } });
    this.add('eth-fine-ladder', sandbox, { symbols: ['ETH/USDT'], capital: '3000', parameters: { lower: 2900, upper: 3150, centre: 0, step: 0.01, levels: 25, spacing: 'arithmetic', initial: 'none' } });
    this.add('sol-trend', paper, { strategy: 'sma_crossover', symbols: ['SOL/USDT'], capital: '2000', parameters: { fast: 10, slow: 30, short: false }, holding: { funding_rate: '0.0001', funding_hours: 1, borrow_rate: '0' }, limits: { max_daily_loss: '0.03', max_consecutive_losses: '4', cooldown_ms: '1800000' }, trading_window: { start: '08:00', end: '20:00', days: [1, 2, 3, 4, 5], time_zone: 'Europe/London', hours: '', calendar: '', at_end: 'cancel_entries', minutes_before: 5 } });
    this.add('ada-first-try', paper, { symbols: ['ADA/USDT'], capital: '500', parameters: { lower: 0.42, upper: 0.48, centre: 0, step: 0.01, levels: 12, spacing: 'arithmetic', initial: 'market' } });
  }

  private add(name: string, on: Account, settings: Partial<BotSettings>): MockBot {
    return this.make(name, { ...SETTINGS, ...settings, account_id: on.id }, this.start - 3 * 86_400_000);
  }

  make(name: string, settings: BotSettings, at: number): MockBot {
    const on = this.accounts.find((one) => one.id === settings.account_id)!;
    const market = this.markets.get(settings.symbols[0]!)!;
    const id = `${(0xa0 + this.made++).toString(16)}91b000-0000-7000-8000-${String(this.made).padStart(12, '0')}`;
    const bot = new MockBot(id, name, settings, on, market, at);
    this.bots.set(id, bot);
    return bot;
  }

  putAway(bot: MockBot, at: number): void {
    bot.name = `${bot.name} (edition ${bot.shown().edition}, ${bot.id.slice(-6)})`;
    bot.archived_ms = bot.editions.find((one) => one.bot_id === bot.id)!.archived_ms = at;
    this.bots.delete(bot.id);
    this.away.set(bot.id, bot);
  }

  /** Other settings are another bot, which goes on in the place of the one before. */
  succeed(bot: MockBot, name: string, settings: BotSettings, at: number): MockBot {
    this.putAway(bot, at);
    const next = this.make(name, settings, at);
    next.editions = [...bot.editions, ...next.editions];
    for (const one of bot.editions) (this.away.get(one.bot_id) ?? bot).editions = next.editions;
    return next;
  }

  /** Lives the hours before the start of the double, candle by candle. */
  private past(): void {
    const running = [...this.bots.values()].filter((bot) => bot.name !== 'ada-first-try');
    for (const bot of running) {
      const from = PAST_MINUTES - RUN_MINUTES;
      bot.start(bot.market.rows[from]![4], bot.market.rows[from]![0]);
      for (let at = from + 1; at <= PAST_MINUTES; at++) {
        const [open, , high, low] = bot.market.rows[at]!;
        const middle = open + MINUTE / 2;
        for (const price of at % 2 ? [high, low] : [low, high]) bot.price(price, middle);
        bot.close(at, open + MINUTE);
        if (at === PAST_MINUTES - DAY_MINUTES) bot.newDay();
      }
      bot.told = [];
    }
  }

  private finish(): void {
    const named = (name: string) => [...this.bots.values()].find((bot) => bot.name === name)!;
    const sol = named('sol-trend');
    const limit = Number(sol.settings.capital) * 0.97;
    sol.blocked = {
      code: 'daily_loss', value: text(limit - 1.8, 2), limit: text(limit, 2), since_ms: this.start - 26 * MINUTE, until_ms: this.start + 9 * 60 * MINUTE,
      message: `Its daily loss limit is reached (equity ${text(limit - 1.8, 2)} USDT, floor of the day ${text(limit, 2)} USDT), so it opens nothing until tomorrow; what protects it works on`,
    };
    const fine = named('eth-fine-ladder');
    fine.haltNow('Paused while the band is looked at', 'you', this.start - 95 * MINUTE);
    named('sol-ladder').attention = [{ code: 'outside_band', message: 'The price is near the lowest line; below it nothing more is bought.' }];
  }

  private oldBacktests(): void {
    const request = (strategy: string, dataset: number, parameters: NewBacktest['parameters']): NewBacktest => ({
      strategy, shortable: false, holding: { funding: dataset === 2 ? ['funding/SOL-USDT.csv'] : [], borrow: [], actions: [], borrow_rate: '0' }, dataset_ids: [DATASETS[dataset]!.id], symbols: [DATASETS[dataset]!.symbol], parameters, capital: '10000', fee: '0.001', slippage_bps: '1', slippage: { model: 'fixed', factor: '0', period: 0, most_bps: '0' }, sizing: { kind: 'percent', size: '1', compounding: true, odds: {}, period: 0 }, exits: { stop_loss: '0.03' }, limits: {}, timeframe: null, trading_frequency_s: 0, start_ms: null, end_ms: null,
    });
    const wanted: [string, NewBacktest, number][] = [
      ['0191c000-0000-7000-8000-000000000001', request('sma_crossover', 0, { fast: 20, slow: 50, short: false }), 200],
      ['0191c000-0000-7000-8000-000000000002', request('grid', 1, { lower: 2700, upper: 3400, levels: 30, spacing: 'geometric', initial: 'market' }), 130],
      ['0191c000-0000-7000-8000-000000000003', request('sma_crossover', 2, { fast: 8, slow: 34, short: false }), 44],
    ];
    for (const [id, body, minutes] of wanted) {
      let job = makeBacktest(id, body, this.start - minutes * MINUTE);
      while (job.state !== 'done') job = advance(job, this.start - minutes * MINUTE + 4_000);
      this.backtests.set(id, job);
    }
    const varied = { fast: { values: [], least: '5', most: '30', step: '5' }, slow: { values: [], least: '40', most: '120', step: '20' } };
    const walk = { vary: varied, folds: null, anchored: false, train: null, test: null, purge: '0', embargo: '0', objective: 'sharpe' as const, random: 0, seed: 0 };
    for (const [id, kind, minutes] of [['0191c000-0000-7000-8000-000000000005', 'walk_forward', 90], ['0191c000-0000-7000-8000-000000000006', 'holdout', 70]] as const) {
      let job = makeBacktest(id, { ...request('sma_crossover', 0, { short: false }), walk: { ...walk, kind, folds: kind === 'holdout' ? null : 6 } }, this.start - minutes * MINUTE);
      while (job.state !== 'done') job = advance(job, this.start - minutes * MINUTE + 9_000);
      this.backtests.set(id, job);
    }
    const failed = makeBacktest('0191c000-0000-7000-8000-000000000004', request('grid', 0, { levels: 400 }), this.start - 20 * MINUTE);
    this.backtests.set(failed.id, { ...failed, state: 'failed', started_ms: failed.created_ms, ended_ms: failed.created_ms + 900, message: 'grid step from 57999.00 to 58014.50 (0.027 %) does not pay its round-trip fee of 0.2 %; use a wider step or fewer levels' });
  }

  newBacktest(request: NewBacktest, nowMs: number): Backtest {
    const job = makeBacktest(randomUUID(), request, nowMs);
    this.backtests.set(job.id, job);
    return job;
  }

  summary(): Summary {
    const shown = [...this.bots.values()].map((bot) => bot.shown());
    const kinds = (['live', 'test', 'paper', 'sandbox'] as const).map((environment) => ({
      environment, worth: shown.filter((bot) => bot.equity !== null && bot.account.environment === environment),
    }));
    const add = (bots: Bot[], pick: (bot: Bot) => string | null) => text(bots.reduce((sum, bot) => sum + Number(pick(bot) ?? 0), 0), 4);
    const states: Record<string, number> = {};
    for (const bot of shown) states[bot.state] = (states[bot.state] ?? 0) + 1;
    return {
      bots: states,
      money: kinds.filter(({ worth }) => worth.length > 0).map(({ environment, worth }) => ({
        environment, quote: 'USDT', bots: worth.length,
        equity: add(worth, (bot) => bot.equity), profit: add(worth, (bot) => bot.profit), today: add(worth, (bot) => bot.today),
      })),
      open_positions: shown.reduce((sum, bot) => sum + bot.open_positions, 0),
      working_orders: [...this.bots.values()].reduce((sum, bot) => sum + [...bot.orders.values()].filter((order) => order.working).length, 0),
      attention: shown.flatMap((bot) => bot.attention.map((one) => ({ ...one, bot_id: bot.id, bot_name: bot.name }))),
      halted: this.halted,
    };
  }

  marketShapes(nowMs: number): MarketShape[] {
    return [...this.markets.values()].map((market) => {
      const { symbol } = market.of;
      const listened = [...this.bots.values()].some((bot) => bot.market === market && bot.state !== 'stopped');
      const day = market.rows[Math.max(0, market.rows.length - 1441)]![4];
      return {
        venue: 'binance', environment: 'sandbox', source: '', symbol, timeframe: '1m', state: listened ? 'live' : 'off', price: text(market.price, 4),
        change: market.price / day - 1, time_ms: nowMs, age_ms: listened ? 340 : null,
      };
    });
  }

  preview(settings: BotSettings): Preview {
    const price = this.markets.get(settings.symbols[0]!)?.price ?? 0;
    if (settings.strategy !== 'grid') return { price: text(price, 4), lines: [], facts: [], rungs: [], warnings: [] };
    const lines = gridLines(settings, price);
    const share = Number(settings.capital) / Math.max(1, lines.length - 1);
    const rungs = lines.slice(0, -1).map((line, slot) => {
      const buys = line < price;
      return { symbol: settings.symbols[0]!, slot, side: buys ? ('buy' as const) : ('sell' as const), price: text(buys ? line : lines[slot + 1]!, 2), qty: text(share / line, 5) };
    });
    const outside = price < lines[0]! || price > lines.at(-1)!;
    return { price: text(price, 4), lines: lines.map((line) => ({ price: text(line, 2), label: 'line', side: null })), facts: [{ name: 'Band', text: `${text(lines[0]!, 2)} to ${text(lines.at(-1)!, 2)}` }], rungs, warnings: outside ? ['The price is outside the band: the ladder would wait until it comes back.'] : [] };
  }
}

function account(id: string, name: string, environment: Account['environment'], key: Account['key'], start: number): Account {
  return { id, name, venue: 'binance', environment, key, ready: environment !== 'live' || key !== null, bots: 0, created_ms: start - 20 * 86_400_000, paper: environment === 'paper' ? paperOf({ balances: { USDT: '10000' } }) : null, source: environment === 'paper' ? 'live' : '' };
}

/** A new paper account's terms, and what it holds: what it begins with. */
export function paperOf(fresh: Partial<NonNullable<NewAccount['paper']>> & { balances: Record<string, string> }): NonNullable<Account['paper']> {
  const { balances, market = 'live', maker_fee = '0.001', taker_fee = '0.001', slippage_bps = '0' } = fresh;
  return { market, start: balances, balances, charged: {}, maker_fee, taker_fee, slippage_bps };
}
