// How numbers and times are shown. Exact texts go into Intl as texts, so no digit is lost on the way to the screen.
import { signOf } from './decimal';

type Digits = Intl.StringNumericLiteral;
export type Amount = string | null | undefined;

export const NOTHING = '–';
const FIAT_LIKE = new Set(['USDT', 'USDC', 'USD', 'EUR', 'GBP', 'BUSD', 'FDUSD', 'DAI']);

const made = new Map<string, Intl.NumberFormat>();
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.NumberFormat('en-US', options)));
  return found;
}

/** Money in its asset, with the asset's usual number of digits. */
export function money(value: Amount, asset = 'USDT', signed = false): string {
  if (value == null) return NOTHING;
  const places = FIAT_LIKE.has(asset) ? 2 : 8;
  const text = numbers({
    minimumFractionDigits: places === 2 ? 2 : 0,
    maximumFractionDigits: places,
    signDisplay: signed ? 'exceptZero' : 'auto',
  }).format(value as Digits);
  return minus(text);
}

/** A price with the digits it came with, from 2 up to 8. */
export function price(value: Amount | number): string {
  if (value == null) return NOTHING;
  if (typeof value === 'number') return minus(numbers({ maximumSignificantDigits: 8 }).format(value));
  const places = Math.min(8, Math.max(2, (value.split('.')[1] ?? '').replace(/0+$/, '').length));
  return minus(numbers({ minimumFractionDigits: places, maximumFractionDigits: places }).format(value as Digits));
}

/** An average of prices, which divides out to any length: with the digits of the price it is shown beside. */
export function averagePrice(value: Amount, beside: Amount): string {
  if (value == null || beside == null) return price(value);
  const places = Math.max(2, (beside.split('.')[1] ?? '').length);
  return minus(numbers({ minimumFractionDigits: places, maximumFractionDigits: places }).format(value as Digits));
}

/** An average of prices with none beside it: to seven digits, as fine as prices are looked at, and two places at least. */
export function average(value: Amount): string {
  if (value == null) return NOTHING;
  const size = Math.floor(Math.log10(Math.abs(Number(value)) || 1));
  return minus(numbers({ minimumFractionDigits: 2, maximumFractionDigits: Math.min(8, Math.max(2, 6 - size)) }).format(value as Digits));
}

export function quantity(value: Amount): string {
  return value == null ? NOTHING : minus(numbers({ maximumFractionDigits: 8 }).format(value as Digits));
}

export function percent(fraction: number | null | undefined, signed = false, places = 2): string {
  if (fraction == null || !Number.isFinite(fraction)) return NOTHING;
  const shown = numbers({
    style: 'percent',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    signDisplay: signed ? 'exceptZero' : 'auto',
  }).format(fraction);
  // As everywhere else here: "2 %", in forms and in what the server says. The space does not break.
  return minus(shown.replace('%', '\u00a0%'));
}

export function count(value: number | null | undefined): string {
  return value == null ? NOTHING : minus(numbers({ maximumFractionDigits: 0 }).format(value));
}

export function ratio(value: number | null | undefined, places = 2): string {
  if (value == null || !Number.isFinite(value)) return NOTHING;
  return minus(numbers({ minimumFractionDigits: places, maximumFractionDigits: places }).format(value));
}

/** A true minus sign is as wide as a digit; a hyphen is not. */
function minus(text: string): string {
  return text.replace('-', '\u2212');
}

/** up, down or flat: what a profit's arrow and colour go by. `shown`: as it is written, since +0.001 may be shown as 0.00. */
export function trend(value: Amount | number, shown?: string): 'up' | 'down' | 'flat' {
  if (value == null || (shown !== undefined && !/[1-9]/.test(shown))) return 'flat';
  const sign = typeof value === 'number' ? Math.sign(value) : signOf(value);
  return sign > 0 ? 'up' : sign < 0 ? 'down' : 'flat';
}
