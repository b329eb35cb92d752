import { money, NOTHING, percent, trend, type Amount } from '@/lib/format';

import { cx } from './class-names';

const COLOURS = { up: 'text-up', down: 'text-down', flat: 'text-ink-2' } as const;

interface ProfitProps {
  value: Amount;
  asset?: string;
  fraction?: number | null;
  className?: string;
  withAsset?: boolean;
}

/** A profit or a loss: a sign, an arrow and a colour, so that none of them has to be seen alone. */
export function Profit({ value, asset = 'USDT', fraction, className, withAsset = false }: ProfitProps) {
  if (value == null) return <span className={cx('text-ink-3', className)}>{NOTHING}</span>;
  const shown = money(value, asset, true);
  const to = trend(value, shown);
  return (
    <span className={cx('num inline-flex items-baseline gap-1', COLOURS[to], className)}>
      <Arrow to={to} />
      <span>
        {shown}
        {withAsset && <span className="ml-1 text-[0.8em] font-normal opacity-80">{asset}</span>}
      </span>
      {fraction != null && <span className="text-[0.86em] font-normal opacity-90">({percent(fraction, true)})</span>}
    </span>
  );
}

export function Change({ fraction, className }: { fraction: number | null | undefined; className?: string }) {
  if (fraction == null) return <span className={cx('text-ink-3', className)}>{NOTHING}</span>;
  return (
    <span className={cx('num inline-flex items-baseline gap-1', COLOURS[trend(fraction)], className)}>
      <Arrow to={trend(fraction)} />
      {percent(fraction, true)}
    </span>
  );
}

function Arrow({ to }: { to: 'up' | 'down' | 'flat' }) {
  if (to === 'flat') return null;
  return (
    <svg viewBox="0 0 8 8" className="size-[0.55em] shrink-0 self-center" aria-hidden focusable="false">
      <path fill="currentColor" d={to === 'up' ? 'M4 1l3.600 6H.4z' : 'M4 7L.4 1h7.200z'} />
    </svg>
  );
}

export function Side({ side }: { side: 'buy' | 'sell' }) {
  return (
    <span className={cx('inline-flex items-baseline gap-1 font-medium', side === 'buy' ? 'text-up' : 'text-down')}>
      <Arrow to={side === 'buy' ? 'up' : 'down'} />
      {side === 'buy' ? 'Buy' : 'Sell'}
    </span>
  );
}
