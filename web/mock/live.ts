// The double's heart: once a second prices move, orders meet them, and what happened is told.
import type { LiveEvents } from '../src/api/types';

import { advance } from './backtests';
import type { MockBot } from './bot';
import { text } from './numbers';
import type { World } from './world';

type Tell = <Event extends keyof LiveEvents>(event: Event, told: LiveEvents[Event]) => void;

const BEAT_MS = Number(process.env.BEAT_MS ?? 1000);

export function liveOf(world: World, tell: Tell): void {
  let beat = 0;
  setInterval(() => {
    beat++;
    const now = Date.now();
    for (const market of world.markets.values()) {
      const begun = market.tick(now);
      const told = { venue: 'binance', environment: 'sandbox' as const, source: '', symbol: market.of.symbol, timeframe: '1m', price: text(market.price, 4), time_ms: now };
      if (begun) tell('price_update', { ...told, candle: market.rows.at(-2)!, closed: true });
      tell('price_update', { ...told, candle: market.rows.at(-1)!, closed: false });
      for (const bot of world.bots.values()) {
        if (bot.market !== market) continue;
        bot.price(market.price, now);
        if (begun) bot.close(market.rows.length - 2, now);
        tellOf(bot, beat, now, tell);
      }
    }
    for (const [id, job] of world.backtests) {
      if (job.state !== 'waiting' && job.state !== 'running') continue;
      const next = advance(job, now);
      world.backtests.set(id, next);
      tell('job_progress', { id, kind: 'backtest', state: next.state, progress: next.progress, message: next.message });
    }
  }, BEAT_MS).unref();
}

function tellOf(bot: MockBot, beat: number, now: number, tell: Tell): void {
  const told = bot.told.splice(0);
  for (const [event, shape] of told) tell(event, shape as never);
  if (told.length === 0 && beat % 5 !== 0) return;
  if (!bot.ran) return;
  tell('position_updated', { ...bot.position(), time_ms: now });
  const { id, name, state, halt, blocked, equity, profit, today, realized, unrealized, valued_ms, open_positions, rests, version } = bot.shown();
  tell('bot_status_changed', { id, name, state, halt, blocked, equity, profit, today, realized, unrealized, valued_ms, open_positions, rests, version, time_ms: now });
}
