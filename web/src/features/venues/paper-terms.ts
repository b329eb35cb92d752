// What a person writes of a new paper account, as the API wants it.
import type { NewAccount } from '@/api/types';
import { fractionOfPercent, isDecimal, shifted, signOf, typedDecimal } from '@/lib/decimal';

export type NewPaper = NonNullable<NewAccount['paper']>;

export interface PaperFields {
  market: NewPaper['market'] & string;
  /** amounts with their assets, such as "10000 USDT, 0.5 BTC" */
  balances: string;
  /** in percent */
  fee: string;
  /** in percent */
  slippage: string;
}

export const FRESH: PaperFields = { market: 'live', balances: '10000 USDT', fee: '0.1', slippage: '0' };

export type Terms = { ok: true; body: NewPaper } | { ok: false; errors: Partial<Record<keyof PaperFields, string>> };

export function termsOf(fields: PaperFields): Terms {
  const errors: Partial<Record<keyof PaperFields, string>> = {};
  const balances = balancesOf(fields.balances);
  if (balances === null) errors.balances = 'Write amounts with their assets, such as 10000 USDT, 0.5 BTC';
  const fee = typedDecimal(fields.fee);
  if (fee === null || signOf(fee) < 0) errors.fee = 'Write a percentage, such as 0.1';
  const slippage = typedDecimal(fields.slippage);
  if (slippage === null || signOf(slippage) < 0) errors.slippage = 'Write a percentage, such as 0.02';
  if (balances === null || fee === null || slippage === null || Object.keys(errors).length > 0) return { ok: false, errors };
  const rate = fractionOfPercent(fee);
  return { ok: true, body: { market: fields.market, balances, maker_fee: rate, taker_fee: rate, slippage_bps: shifted(slippage, 2) } };
}

/** "10000 USDT, 0.5 BTC" by asset; null where it is not that, or names an asset twice. */
export function balancesOf(text: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const part of text.split(/[,;]\s+|[;\n]/)) {
    const [, amount = '', asset = ''] = /^\s*([\d.,_ ]+?)\s*([A-Za-z][A-Za-z0-9]*)\s*$/.exec(part) ?? [];
    const exact = typedDecimal(amount);
    const name = asset.toUpperCase();
    if (exact === null || !isDecimal(exact) || name === '' || name in found) return null;
    found[name] = exact;
  }
  return found;
}
