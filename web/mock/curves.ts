// Candles and curves as the API shows them.
import type { Answer, Asked } from './asked';
import type { MockBot } from './bot';
import { averages, MINUTE } from './market';
import { text } from './numbers';

export function candles(bot: MockBot, { query }: Asked): Answer {
  const rows = bot.market.rows;
  const limit = Number(query.get('limit') ?? 1000);
  const [from, to] = [Number(query.get('from_ms') ?? 0), Number(query.get('to_ms') ?? Infinity)];
  const { fast, slow } = bot.settings.parameters;
  const all = bot.settings.strategy === 'sma_crossover' ? { fast: averages(rows, Number(fast ?? 20)), slow: averages(rows, Number(slow ?? 50)) } : {};
  // The last candle is still forming, which the API does not tell here.
  const near = rows.map((row, at) => [row, at] as const).slice(0, -1).filter(([row]) => row[0] >= from && row[0] < to).slice(-limit);
  const places = near.map(([, at]) => at);
  const indicators = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, places.map((at) => values[at] ?? null)]));
  const spread = places.map((at) => (all.fast?.[at] != null && all.slow?.[at] != null ? Number((all.fast[at]! - all.slow[at]!).toFixed(4)) : null));
  const panes: Record<string, string> = 'fast' in indicators ? { fast: 'price', slow: 'price', spread: 'spread' } : {};
  return [200, { symbol: bot.market.of.symbol, timeframe: '1m', rows: near.map(([row]) => row), indicators: 'fast' in indicators ? { ...indicators, spread } : {}, panes, splits: [] }];
}

export function thinned<Point>(points: Point[], { query }: Asked): Point[] {
  const every = Math.max(1, Math.ceil(points.length / Number(query.get('points') ?? 500)));
  return points.filter((_, at) => at % every === 0 || at === points.length - 1);
}

export function fleetEquity(asked: Asked): Answer {
  const bots = [...asked.world.bots.values()].filter((bot) => bot.ran && bot.shown().account.environment === asked.query.get('environment'));
  // One that began later counts with its capital before that, as the real thing has it.
  const longest = bots.map((bot) => bot.points).reduce((one, other) => (other.length > one.length ? other : one), []);
  const points = longest.map(({ time_ms }, at) => {
    const near = bots.map((bot) => bot.points.at(at - longest.length) ?? { equity: bot.settings.capital, realized: '0' });
    const add = (values: string[]) => text(values.reduce((sum, value) => sum + Number(value), 0), 2);
    return { time_ms, equity: add(near.map((one) => one.equity)), realized: add(near.map((one) => one.realized)) };
  });
  const last = asked.query.get('last_ms');
  const from = last ? (points.at(-1)?.time_ms ?? 0) - Number(last) : Number(asked.query.get('from_ms') ?? 0);
  const capital = bots.reduce((sum, bot) => sum + Number(bot.settings.capital), 0);
  return [200, { quote: 'USDT', capital: text(capital), points: thinned(points.filter((point) => point.time_ms >= from), asked) }];
}

export function grouped(rows: readonly (readonly number[])[], minutes: number): number[][] {
  const found: number[][] = [];
  for (const [open, first, high, low, close, volume] of rows as [number, number, number, number, number, number][]) {
    const start = open - (open % (minutes * MINUTE));
    const last = found.at(-1);
    if (last?.[0] === start) found[found.length - 1] = [start, last[1]!, Math.max(last[2]!, high), Math.min(last[3]!, low), close, last[5]! + volume];
    else found.push([start, first, high, low, close, volume]);
  }
  return found;
}
