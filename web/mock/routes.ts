// What the double answers, by operation.
import type { Account, BotSettings, NewAccount, NewBot, NewBacktest, Order } from '../src/api/types';

import { leaf, page, type Answer, type Asked } from './asked';
import { DATASETS, FACT_FILES, resultOf, walkResultOf } from './backtests';
import type { MockBot } from './bot';
import { candles, fleetEquity, grouped, thinned } from './curves';
import { SYMBOLS } from './market';
import { text } from './numbers';
import { Refusal, unknownOne } from './refuse';
import { refuseSettings } from './settings';
import { accountShape } from './shown';
import { STRATEGIES } from './strategies';
import { paperOf, type World } from './world';

function botOf({ world, parts }: Asked): MockBot {
  const bot = world.bots.get(parts.bot_id ?? '') ?? world.away.get(parts.bot_id ?? '');
  if (!bot) throw unknownOne('bot');
  return bot;
}

/** One of which something may be wanted still. */
function presentOf(asked: Asked): MockBot {
  const bot = botOf(asked);
  if (bot.archived_ms !== null) throw new Refusal(409, 'archived', `bot '${bot.name}' was put away or has other settings since; open it as it is now and repeat`);
  return bot;
}

function filtered<Item extends { bot_id: string; symbol: string }>(items: Item[], { query }: Asked, time: (item: Item) => number): Item[] {
  const wanted = (name: string) => query.get(name);
  return items
    .filter((one) => !wanted('bot_id') || one.bot_id === wanted('bot_id'))
    .filter((one) => !wanted('symbol') || one.symbol === wanted('symbol'))
    .filter((one) => !wanted('from_ms') || time(one) >= Number(wanted('from_ms')))
    .filter((one) => !wanted('to_ms') || time(one) < Number(wanted('to_ms')))
    .sort((a, b) => time(b) - time(a));
}

const all = <Item>(world: World, pick: (bot: MockBot) => Iterable<Item>) => [...world.bots.values()].flatMap((bot) => [...pick(bot)]);

function fillsOf(asked: Asked) {
  const side = asked.query.get('side');
  return filtered(all(asked.world, (bot) => bot.fills), asked, (fill) => fill.time_ms).filter((fill) => !side || fill.side === side);
}

function orders(asked: Asked): Answer {
  const [working, state] = [asked.query.get('working'), asked.query.get('state')];
  const found = filtered(all(asked.world, (bot) => bot.orders.values()), asked, (order: Order) => order.time_ms);
  return leaf(found.filter((one) => (!working || one.working === (working === 'true')) && (!state || one.state === state)), asked, (order) => order.client_order_id);
}

function lifeOf(order: Order): NonNullable<Order['events']> {
  const event = (seq: number, after: number, state: string, reason: string, filled = '0') => ({ seq, time_ms: order.time_ms + after, state, code: null, reason, filled_qty: filled });
  const life = [event(1, 0, 'asked', ''), event(3, 96, 'new', '')];
  if (order.state !== 'new') life.push(event(4, 41_000, order.state, order.state === 'filled' ? 'filled in full' : 'asked by you', order.filled_qty));
  return life;
}

function makeBot(asked: Asked): Answer {
  const { name, start, ...settings } = asked.body as NewBot;
  refuseSettings(asked.world, settings);
  if ([...asked.world.bots.values()].some((bot) => bot.name === name)) throw new Refusal(409, 'name_taken', `There is a bot named ${name} already; choose another name.`, [{ field: '/name', detail: `there is a bot named ${name} already` }]);
  const bot = asked.world.make(name, settings, asked.now);
  if (start) bot.start(bot.market.price, asked.now);
  return [201, bot.shown()];
}

function change(asked: Asked): Answer {
  const bot = presentOf(asked);
  const { name, settings } = asked.body as { name?: string; settings?: BotSettings };
  if (asked.headers['if-match'] !== `"${bot.version}"`) throw new Refusal(412, 'changed_meanwhile', 'Somebody changed this bot meanwhile. Load it again and repeat your change.');
  if (bot.state !== 'stopped' || bot.holds) throw new Refusal(409, 'not_stopped', 'Stop the bot and let it sell what it holds before you change it.');
  if (settings) {
    refuseSettings(asked.world, settings);
    return [200, asked.world.succeed(bot, name ?? bot.name, settings, asked.now).shown()];
  }
  if (name) bot.name = name;
  bot.version++;
  return [200, bot.shown()];
}

function act(asked: Asked, work: (bot: MockBot, reason: string) => void): Answer {
  const bot = presentOf(asked);
  work(bot, (asked.body as { reason?: string } | null)?.reason || 'Asked by you');
  bot.version++;
  return [200, bot.shown()];
}

const flatten = (asked: Asked) =>
  act(asked, (bot, reason) => {
    bot.flatten(asked.now);
    bot.haltNow(reason, 'you', asked.now);
  });

function stop(asked: Asked): Answer {
  return act(asked, (bot) => {
    const policy = (asked.body as { policy?: string } | null)?.policy ?? bot.settings.on_stop;
    if (policy === 'flatten') bot.flatten(asked.now);
    if (policy !== 'leave') bot.cancelAll();
    bot.state = 'stopped';
    bot.note('stopped', asked.now, `Stopped by you: ${policy.replace('_', ' ')}.`);
  });
}

const strip = (fill: ReturnType<typeof fillsOf>[number]) => [new Date(fill.time_ms).toISOString(), fill.bot_name, fill.symbol, fill.side, fill.qty, fill.price, fill.fee, fill.realized].join(',');

export const csvOfFills = (asked: Asked) => ['time,bot,symbol,side,qty,price,fee,realized', ...fillsOf(asked).map(strip)].join('\r\n') + '\r\n';

function jobOf({ world, parts }: Asked) {
  const job = world.backtests.get(parts.job_id ?? '');
  if (!job) throw unknownOne('backtest');
  return job;
}

const instruments = SYMBOLS.map((one) => ({
  symbol: one.symbol, base: one.base, quote: 'USDT', tick_size: text(one.tick), lot_size: one.lot, min_qty: one.lot, max_qty: '9000', min_notional: '5',
}));

const health = { status: 'ok', version: '0.1.0', parts: [{ name: 'database', ok: true, detail: 'answers in 2 ms' }, { name: 'engine', ok: true, detail: 'heard 1 s ago' }, { name: 'markets', ok: true, detail: '3 live' }, { name: 'jobs', ok: true, detail: 'none waiting' }] };

export const ROUTES: Record<string, (asked: Asked) => Answer> = {
  'GET /api/v1/health/live': () => [200, health],
  'GET /api/v1/health/ready': () => [200, health],
  'GET /api/v1/health/detailed': () => [200, health],
  'GET /api/v1/summary': ({ world }) => [200, world.summary()],
  'POST /api/v1/halt': ({ world, body, now }) => {
    world.halted = { reason: (body as { reason?: string } | null)?.reason || 'Asked by you', by: 'admin', at_ms: now };
    for (const bot of world.bots.values()) if (bot.state === 'running') bot.haltNow('Everything is halted', 'you', now);
    return [200, world.summary()];
  },
  'DELETE /api/v1/halt': ({ world }) => {
    world.halted = null;
    for (const bot of world.bots.values()) if (bot.halt?.reason === 'Everything is halted') [bot.halt, bot.state] = [null, 'running'];
    return [200, world.summary()];
  },
  'GET /api/v1/equity': fleetEquity,
  'GET /api/v1/markets': (asked) => page(asked.world.marketShapes(asked.now), asked),
  'GET /api/v1/strategies': (asked) => page(STRATEGIES, asked),
  'GET /api/v1/strategies/{name}': ({ parts }) => {
    const strategy = STRATEGIES.find((one) => one.name === parts.name);
    if (!strategy) throw unknownOne('strategy');
    return [200, strategy];
  },
  'GET /api/v1/bots': (asked) => {
    const [state, strategy, q] = ['state', 'strategy', 'q'].map((name) => asked.query.get(name));
    const shown = [...asked.world.bots.values()].map((bot) => bot.shown()).sort((a, b) => a.name.localeCompare(b.name));
    return page(shown.filter((bot) => (!state || bot.state === state) && (!strategy || bot.settings.strategy === strategy) && (!q || bot.name.includes(q.toLowerCase()))), asked);
  },
  'POST /api/v1/bots': makeBot,
  'POST /api/v1/bots/preview': (asked) => {
    refuseSettings(asked.world, asked.body as BotSettings);
    return [200, asked.world.preview(asked.body as BotSettings)];
  },
  'POST /api/v1/trading-windows/preview': () => {
    const hour = 3_600_000;
    const opens_ms = Math.floor(Date.now() / (24 * hour)) * 24 * hour + 8 * hour;
    const sessions = [0, 1, 2].map((day) => ({ opens_ms: opens_ms + day * 24 * hour, closes_ms: opens_ms + (day * 24 + 12) * hour }));
    return [200, { text: '08:00 to 20:00 UTC, every day', open_now: false, sessions }];
  },
  'GET /api/v1/bots/{bot_id}': (asked) => [200, botOf(asked).shown()],
  'PATCH /api/v1/bots/{bot_id}': change,
  'DELETE /api/v1/bots/{bot_id}': (asked) => {
    asked.world.putAway(presentOf(asked), asked.now);
    return [204];
  },
  'POST /api/v1/bots/{bot_id}/start': (asked) => act(asked, (bot) => bot.start(bot.market.price, asked.now)),
  'POST /api/v1/bots/{bot_id}/pause': (asked) => act(asked, (bot, reason) => bot.haltNow(reason, 'you', asked.now)),
  'POST /api/v1/bots/{bot_id}/resume': (asked) =>
    act(asked, (bot) => {
      [bot.halt, bot.state, bot.attention] = [null, 'running', []];
      bot.note('resumed', asked.now, 'Resumed by you.');
    }),
  'POST /api/v1/bots/{bot_id}/flatten': flatten,
  'POST /api/v1/positions/{bot_id}/close': flatten,
  'POST /api/v1/bots/{bot_id}/stop': stop,
  'GET /api/v1/bots/{bot_id}/editions': (asked) => {
    const bot = botOf(asked);
    return [200, bot.editions.map((one, at) => ({ ...one, edition: at + 1 })).reverse()];
  },
  'GET /api/v1/bots/{bot_id}/candles': (asked) => candles(botOf(asked), asked),
  'GET /api/v1/bots/{bot_id}/equity': (asked) => {
    const bot = botOf(asked);
    return [200, { quote: 'USDT', capital: bot.settings.capital, points: thinned(bot.points, asked) }];
  },
  'GET /api/v1/bots/{bot_id}/decisions': (asked) => {
    const [kind, before] = [asked.query.get('kind'), Number(asked.query.get('before_seq') ?? Infinity)];
    return page(botOf(asked).decisions.filter((one) => (!kind || one.kind === kind) && one.seq < before).reverse(), asked);
  },
  'GET /api/v1/fills': (asked) => leaf(fillsOf(asked), asked, (fill) => fill.id),
  'GET /api/v1/orders': orders,
  'GET /api/v1/orders/{client_order_id}': ({ world, parts }) => {
    const order = all(world, (bot) => bot.orders.values()).find((one) => one.client_order_id === parts.client_order_id);
    if (!order) throw unknownOne('order');
    return [200, { ...order, events: lifeOf(order) }];
  },
  'GET /api/v1/positions': (asked) => {
    const open = asked.query.get('open');
    const held = [...asked.world.bots.values()].filter((bot) => bot.ran && (!open || bot.holds === (open === 'true')));
    return page(filtered(held.map((bot) => bot.position()), asked, (one) => one.time_ms), asked);
  },
  'GET /api/v1/round-trips': (asked) =>
    leaf(filtered(all(asked.world, (bot) => bot.trips), asked, (trip) => trip.exit_ms ?? 0), asked, (trip) => `${trip.exit_ms}_${trip.bot_id}_${trip.entry_ms}_${trip.entry_price}`),
  'GET /api/v1/accounts': (asked) => page(asked.world.accounts.map((one) => accountShape(asked.world, one)), asked),
  'POST /api/v1/accounts': ({ world, body, now }) => {
    const fresh = body as { name: string; venue: string; environment: Account['environment']; paper?: NewAccount['paper'] };
    if (fresh.environment === 'paper' && !fresh.paper) throw new Refusal(422, 'bad_input', 'paper is missing: write what the account begins with.', [{ field: '/paper', detail: 'paper is missing: write what the account begins with' }]);
    if (world.accounts.some((one) => one.name === fresh.name)) throw new Refusal(409, 'name_taken', 'There is an account of this name already.', [{ field: '/name', detail: 'there is an account of this name already' }]);
    const made = { ...fresh, id: `0191a000-0000-7000-8000-${String(world.accounts.length + 1).padStart(12, '0')}`, key: null, ready: fresh.environment === 'sandbox' || fresh.environment === 'paper', bots: 0, created_ms: now, paper: fresh.paper ? paperOf(fresh.paper) : null, source: fresh.paper?.market ?? (fresh.paper ? 'live' : '') };
    world.accounts.push(made);
    return [201, made];
  },
  'PUT /api/v1/accounts/{account_id}/key': ({ world, parts, body, now }) => {
    const at = world.accounts.findIndex((one) => one.id === parts.account_id);
    world.accounts[at] = { ...world.accounts[at]!, ready: true, key: { name: (body as { name: string }).name, fingerprint: '51d0 0c7a 88ef', created_ms: now } };
    return [200, world.accounts[at]];
  },
  'DELETE /api/v1/accounts/{account_id}/key': ({ world, parts }) => {
    const at = world.accounts.findIndex((one) => one.id === parts.account_id);
    world.accounts[at] = { ...world.accounts[at]!, key: null, ready: false };
    return [200, world.accounts[at]];
  },
  'GET /api/v1/accounts/{account_id}/instruments': (asked) => page(instruments, asked),
  'GET /api/v1/accounts/{account_id}/candles': ({ world, query }) => {
    const market = world.markets.get(query.get('symbol') ?? '');
    if (!market) throw unknownOne('symbol');
    const minutes = { '1m': 1, '5m': 5, '15m': 15, '1h': 60 }[query.get('timeframe') ?? '1m'] ?? 1;
    return [200, { symbol: market.of.symbol, timeframe: query.get('timeframe') ?? '1m', rows: grouped(market.rows, minutes).slice(-Number(query.get('limit') ?? 500)), indicators: {}, panes: {}, splits: [] }];
  },
  'GET /api/v1/datasets': (asked) => page(DATASETS, asked),
  'GET /api/v1/fact-files': (asked) => page(FACT_FILES, asked),
  'GET /api/v1/backtests': (asked) => page([...asked.world.backtests.values()].sort((a, b) => b.created_ms - a.created_ms), asked),
  'POST /api/v1/backtests': ({ world, body, now }) => [202, world.newBacktest(body as NewBacktest, now)],
  'GET /api/v1/backtests/{job_id}': (asked) => [200, jobOf(asked)],
  'DELETE /api/v1/backtests/{job_id}': (asked) => {
    const job = { ...jobOf(asked), state: 'canceled' as const, ended_ms: asked.now, message: 'Cancelled by you' };
    asked.world.backtests.set(job.id, job);
    return [200, job];
  },
  'GET /api/v1/backtests/{job_id}/result': (asked) => [200, resultOf(jobOf(asked))],
  'GET /api/v1/backtests/{job_id}/walk': (asked) => [200, walkResultOf(jobOf(asked))],
  'POST /api/v1/backtests/{job_id}/promote': (asked) => {
    const { request } = jobOf(asked);
    const wanted = asked.body as { name: string; account_id: string; start: boolean };
    const settings = { strategy: request.strategy, symbols: request.symbols, parameters: request.parameters, capital: request.capital, sizing: request.sizing, exits: request.exits, limits: request.limits, account_id: wanted.account_id, timeframe: '1m', on_stop: 'cancel_entries', react: 'at_once', trading_frequency_s: 0, trading_window: null, holding: { funding_rate: '0', funding_hours: 8, borrow_rate: '0' } };
    return makeBot({ ...asked, body: { ...settings, name: wanted.name, start: wanted.start } as never });
  },
};
