// Decimals as text, the way the API writes them. Sums and shifts are exact: money never becomes a float on the way from
// a field to the server. Numbers are made of them only to be drawn.

const SHAPE = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

export function isDecimal(text: string): boolean {
  return SHAPE.test(text) && text.replace(/^-/, '').split('.')[0]!.length <= 30 && (text.split('.')[1] ?? '').length <= 18;
}

/** What a person typed, as the API wants it: no spaces, no leading plus, no bare point. Null where it is no number. */
export function typedDecimal(text: string): string | null {
  let bare = text.trim().replace(/[\s_]/g, '').replace(/^\+/, '');
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) bare = bare.replaceAll(',', '');
  bare = bare.replace(',', '.').replace(/^(-?)\./, '$10.').replace(/\.$/, '').replace(/^(-?)0+(?=\d)/, '$1');
  return isDecimal(bare) ? bare : null;
}

export function signOf(text: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(text)) return 0;
  return text.startsWith('-') ? -1 : 1;
}

/** text x 10^places, exact. */
export function shifted(text: string, places: number): string {
  const negative = text.startsWith('-');
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const digits = whole + part;
  const point = whole.length + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const right = padded.slice(at).replace(/0+$/, '');
  const bare = right ? `${left}.${right}` : left;
  return negative && /[1-9]/.test(bare) ? `-${bare}` : bare;
}

export const fractionOfPercent = (percent: string): string => shifted(percent, -2);
export const percentOfFraction = (fraction: string): string => shifted(fraction, 2);

/** The exact sum. */
export function sum(texts: readonly string[]): string {
  const places = Math.max(0, ...texts.map((text) => (text.split('.')[1] ?? '').length));
  const total = texts.reduce((so, text) => so + BigInt(shifted(text, places)), 0n);
  return shifted(total.toString(), -places);
}
