import type { Account, Backtest, Bot, BotState, Market } from '@/api/types';
import { sentence } from '@/lib/words';

import { Badge, type Tone } from './badge';
import { cx } from './class-names';

const BOT: Record<BotState, Tone> = {
  running: 'up',
  starting: 'accent',
  stopping: 'accent',
  stopped: 'neutral',
  paused: 'warn',
  halted: 'down',
  refused: 'down',
};

const BLOCKED: Record<NonNullable<Bot['blocked']>['code'], string> = { daily_loss: 'Daily loss limit', weekly_loss: 'Weekly loss limit', drawdown: 'Drawdown limit', drawdown_pause: 'Paused by drawdown', drawdown_flatten: 'Closed by drawdown', cool_down: 'Cooling down' };

/** How a bot stands; one that runs and opens nothing, because a limit is reached, says which beside it. */
export function BotStateBadge({ bot, className = 'justify-end' }: { bot: Pick<Bot, 'state' | 'blocked'>; className?: string }) {
  const { state, blocked } = bot;
  const moving = state === 'running' || state === 'starting' || state === 'stopping';
  return (
    <span className={cx('inline-flex flex-wrap items-center gap-1.5', className)}>
      <Badge tone={BOT[state]} dot live={moving}>
        {sentence(state)}
      </Badge>
      {blocked && <Badge tone="warn">{BLOCKED[blocked.code]}</Badge>}
    </span>
  );
}

const JOB: Record<Backtest['state'], Tone> = { waiting: 'neutral', running: 'accent', done: 'up', failed: 'down', canceled: 'neutral' };

export function JobStateBadge({ state }: { state: Backtest['state'] }) {
  return (
    <Badge tone={JOB[state]} dot live={state === 'running'}>
      {sentence(state)}
    </Badge>
  );
}

const MARKET: Record<Market['state'], Tone> = { live: 'up', stale: 'warn', unheard: 'down', off: 'neutral' };

export function MarketStateBadge({ state }: { state: Market['state'] }) {
  return (
    <Badge tone={MARKET[state]} dot>
      {sentence(state)}
    </Badge>
  );
}

const ENVIRONMENT: Record<Account['environment'], Tone> = { sandbox: 'neutral', paper: 'accent', test: 'neutral', live: 'warn' };

export function EnvironmentBadge({ environment }: { environment: Account['environment'] }) {
  return <Badge tone={ENVIRONMENT[environment]}>{sentence(environment)}</Badge>;
}

const ORDER_ENDED_BADLY = new Set(['rejected', 'expired', 'unknown']);

export function OrderStateBadge({ state, working }: { state: string; working: boolean }) {
  const tone: Tone = ORDER_ENDED_BADLY.has(state) ? 'down' : state === 'filled' ? 'up' : working ? 'accent' : 'neutral';
  return <Badge tone={tone}>{sentence(state)}</Badge>;
}
