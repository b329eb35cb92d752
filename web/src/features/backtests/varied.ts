// What is tried of one parameter: steps from one number to another, or some of its choices. Fractions are typed in percent.
import type { Parameter, Walk } from '@/api/types';
import { fractionOfPercent, percentOfFraction, signOf, sum, typedDecimal } from '@/lib/decimal';
import { bounds } from '@/ui/settings/parameters';

export interface VariedFilled {
  on: boolean;
  least: string;
  most: string;
  step: string;
  /** of a choice, or of yes and no */
  values: string[];
}

type Varied = Walk['vary'][string];

/** About so many values are tried where nobody says: a search over two of them is done in a moment. */
const ABOUT = 5;
const WIDE = 100_000;

export const isNumber = ({ kind }: Pick<Parameter, 'kind'>) => kind === 'integer' || kind === 'number';
export const choicesOf = ({ kind, choices }: Pick<Parameter, 'kind' | 'choices'>): string[] => (kind === 'boolean' ? ['false', 'true'] : [...(choices ?? [])]);

/** 1e-7 as 0.0000001: nobody types exponents. */
const plain = (value: number): string => (String(value).includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : String(value));
const typedValue = (value: number, { fraction }: Parameter): string => (fraction ? percentOfFraction(plain(value)) : plain(value));
const sentValue = (typed: string, { fraction }: Parameter): string => {
  const value = typedDecimal(typed) ?? '0';
  return fraction ? fractionOfPercent(value) : value;
};

/** 1, 2 or 5 of a power of ten, so that about so many steps lie between. */
function niceStep(width: number, whole: boolean): number {
  if (width <= 0) return 1;
  const rough = width / ABOUT;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999) ?? rough;
  return Number((whole ? Math.max(1, Math.round(found)) : found).toPrecision(6));
}

/** Where a search of it begins: what its strategy says is worth trying, its bounds, or around what it usually is. */
export function freshVaried(parameter: Parameter): VariedFilled {
  if (!isNumber(parameter)) return { on: false, least: '', most: '', step: '', values: choicesOf(parameter) };
  const { search_least, search_most, least, most, kind } = parameter;
  const usual = Number(parameter.default);
  const near = { low: Math.max(least ?? -Infinity, usual / 2), high: Math.min(most ?? Infinity, usual * 2 || 1) };
  const bounded = least != null && most != null && most - least < WIDE && usual === 0;
  let [low, high] = search_least != null && search_most != null ? [search_least, search_most] : bounded ? [least, most] : [near.low, near.high];
  if (kind === 'integer') [low, high] = [Math.ceil(low), Math.floor(high)];
  const step = niceStep(high - low, kind === 'integer');
  const [from, to, by] = [low, high, step].map((value) => typedValue(Number(value.toPrecision(6)), parameter));
  return { on: false, least: from!, most: to!, step: by!, values: [] };
}

export function variedTyped(given: Varied | undefined, parameter: Parameter): VariedFilled {
  const fresh = freshVaried(parameter);
  if (!given) return fresh;
  if (!isNumber(parameter)) return { ...fresh, on: true, values: (given.values ?? []).map(String) };
  const inForm = (value: string | null | undefined) => (value == null ? '' : parameter.fraction ? percentOfFraction(value) : value);
  if (given.values?.length) {
    const values = given.values.map(Number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const step = values.length > 1 ? (high - low) / (values.length - 1) : 1;
    return { ...fresh, on: true, least: typedValue(low, parameter), most: typedValue(high, parameter), step: typedValue(Number(step.toPrecision(6)), parameter) };
  }
  return { ...fresh, on: true, least: inForm(given.least), most: inForm(given.most), step: inForm(given.step) };
}

export function variedSent({ least, most, step, values }: VariedFilled, parameter: Parameter): Varied {
  if (!isNumber(parameter)) return { values: parameter.kind === 'boolean' ? values.map((one) => one === 'true') : values, least: null, most: null, step: null };
  return { values: [], least: sentValue(least, parameter), most: sentValue(most, parameter), step: step.trim() ? sentValue(step, parameter) : null };
}

/** How many values these are; null where something is no number yet. */
export function countOf({ least, most, step, values }: VariedFilled, parameter: Parameter): number | null {
  if (!isNumber(parameter)) return values.length;
  const [low, high] = [typedDecimal(least), typedDecimal(most)];
  // As the API has it: without a step every whole number, of others a thousandth of the range.
  const by = step.trim() ? typedDecimal(step) : parameter.kind === 'integer' ? '1' : null;
  if (low === null || high === null || (step.trim() && by === null)) return null;
  const width = Number(sum([high, low.startsWith('-') ? low.slice(1) : `-${low}`]));
  if (width < 0 || (by !== null && signOf(by) <= 0)) return null;
  return by === null ? (width > 0 ? 1_001 : 1) : Math.floor(width / Number(by) + 1e-9) + 1;
}

interface Fault {
  field: 'least' | 'most' | 'step' | 'values';
  message: string;
}

export function variedFaults(typed: VariedFilled, parameter: Parameter): Fault[] {
  if (!isNumber(parameter)) return typed.values.length > 0 ? [] : [{ field: 'values', message: 'Choose the values to try' }];
  const faults: Fault[] = [];
  const { least, most, kind } = parameter;
  for (const field of ['least', 'most', 'step'] as const) {
    const text = typed[field];
    if (field === 'step' && !text.trim()) continue;
    const value = typedDecimal(text);
    const number = value === null ? 0 : Number(sentValue(text, parameter));
    if (value === null) faults.push({ field, message: text.trim() ? `“${text}” is not a number` : 'Write a number' });
    else if (kind === 'integer' && value.includes('.')) faults.push({ field, message: 'Write a whole number' });
    else if (field === 'step' ? number <= 0 : false) faults.push({ field, message: 'Write a number above zero' });
    else if (field !== 'step' && ((least != null && number < least) || (most != null && number > most))) faults.push({ field, message: bounds(parameter) });
  }
  if (faults.length === 0 && Number(typedDecimal(typed.most)) < Number(typedDecimal(typed.least))) faults.push({ field: 'most', message: 'Write what is not below the first' });
  return faults;
}
