import type { ReactNode } from 'react';

import type { Fill } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { money, price, quantity } from '@/lib/format';
import { words } from '@/lib/words';

import { Profit, Side } from './profit';
import { When } from './when';

/** A fill on a phone, in three short lines: fifty of them are leafed through with a thumb. */
export function FillCard({ fill, head }: { fill: Fill; /** what its list has not said of it: whose it is, or its symbol */ head: ReactNode }) {
  const [base, quote = ''] = fill.symbol.split('/');
  return (
    <div className="text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <div className="min-w-0 truncate">{head}</div>
        <When ms={fill.time_ms} className="shrink-0 text-xs text-ink-3" />
      </div>
      <div className="flex items-baseline justify-between gap-3">
        <span className="num min-w-0 wrap-anywhere">
          <Side side={fill.side} /> {quantity(fill.qty)} {base} <span className="text-ink-3">at</span> {price(fill.price)} <span className="text-ink-3">{quote}</span>
        </span>
        {signOf(fill.realized) !== 0 && <Profit value={fill.realized} asset={quote} className="shrink-0" />}
      </div>
      <div className="flex items-baseline justify-between gap-3 text-xs text-ink-3">
        <span className="min-w-0 truncate">{`${words(fill.reason)}, ${words(fill.liquidity)}`}</span>
        <span className="num shrink-0">
          fee {money(fill.fee, fill.fee_asset)} {fill.fee_asset}
        </span>
      </div>
    </div>
  );
}
