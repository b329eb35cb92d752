// A strategy's parameters between its schema, the form's fields and what the API wants: fractions are typed in percent.
import { z } from 'zod';

import type { Parameter, Strategy } from '@/api/types';
import { fractionOfPercent, percentOfFraction, typedDecimal } from '@/lib/decimal';
import { words } from '@/lib/words';

export type Typed = Record<string, string | boolean>;
type Value = Parameter['default'];

/** Fields for the parameters: the given values, or their defaults. */
export function parametersTyped(parameters: readonly Parameter[], given: Record<string, Value> = {}): Typed {
  return Object.fromEntries(
    parameters.map(({ name, kind, fraction, default: otherwise }) => {
      const value = given[name] ?? otherwise;
      if (kind === 'boolean') return [name, value === true];
      if (kind === 'data') return [name, laidOut(String(value))];
      return [name, fraction ? percentOfFraction(plain(value)) : plain(value)];
    }),
  );
}

/** JSON with a line for each part; what is none as it is. */
export function laidOut(text: string): string {
  const found = parsed(text);
  return found === undefined ? text : JSON.stringify(found, null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** 1e-7 as 0.0000001: nobody types exponents. */
function plain(value: Value): string {
  if (typeof value !== 'number') return String(value);
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

export function parametersSent(parameters: readonly Parameter[], fields: Typed): Record<string, Value> {
  return Object.fromEntries(
    parameters.map(({ name, kind, fraction, default: otherwise }) => {
      const typed = fields[name];
      if (kind === 'data') return [name, JSON.stringify(parsed(String(typed ?? otherwise))) ?? String(typed)];
      if (kind !== 'integer' && kind !== 'number') return [name, typed ?? otherwise];
      const value = typedDecimal(String(typed ?? ''));
      return [name, value === null ? otherwise : Number(fraction ? fractionOfPercent(value) : value)];
    }),
  );
}

function numberField(parameter: Parameter) {
  const { kind, fraction, least, most } = parameter;
  return z.string().superRefine((typed, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    const value = typedDecimal(typed);
    if (value === null) return fault(typed.trim() ? `“${typed}” is not a number` : 'Write a number');
    if (kind === 'integer' && value.includes('.')) return fault('Write a whole number');
    const number = Number(fraction ? fractionOfPercent(value) : value);
    if ((least != null && number < least) || (most != null && number > most)) fault(bounds(parameter));
  });
}

function dataField() {
  return z.string().superRefine((typed, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    try {
      const found = JSON.parse(typed) as unknown;
      if (typeof found !== 'object' || found === null || Array.isArray(found)) fault('Write an object, from { to }');
    } catch (error) {
      fault(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** "Between 1 and 500", in as few words as the bounds need. */
export function bounds({ least, most, fraction = false }: Pick<Parameter, 'least' | 'most'> & { fraction?: boolean }): string {
  const said = (value: number) => `${(fraction ? Number(percentOfFraction(plain(value))) : value).toLocaleString('en-US', { maximumFractionDigits: 10 })}${fraction ? ' %' : ''}`;
  const wide = most != null && most >= 100_000;
  if (least != null && most != null && !wide) return `Between ${said(least)} and ${said(most)}`;
  if (least != null) return least === 0 ? 'Zero or more' : `At least ${said(least)}`;
  return most != null ? `At most ${said(most)}` : '';
}

// As a help says it: “…; 0: off”, “…; 0 is the first close”.
const ZERO = /; 0(?::| is) (.+)$/;

/** A value as people read it; of a zero that stands for something, what it stands for. */
export function parameterSaid(value: Value, parameter: Parameter | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const zero = value === 0 ? ZERO.exec(parameter?.help ?? '')?.[1] : undefined;
  if (zero) return zero;
  if (parameter?.fraction) return `${percentOfFraction(plain(value))} %`;
  if (parameter?.kind === 'text') return String(value) || 'none';
  return typeof value === 'number' ? plain(value) : words(value);
}

/** Whether a parameter matters beside what the others are; one that depends on one that does not matter does not. */
export function matters(parameter: Parameter, all: readonly Parameter[], values: Record<string, unknown>): boolean {
  return Object.entries(parameter.depends).every(([name, wanted]) => {
    const other = all.find((one) => one.name === name);
    return other !== undefined && fits(values[name] ?? other.default, wanted) && matters(other, all, values);
  });
}

/** None wanted: anything but zero, false and nothing. Numbers are compared as numbers, however they are typed. */
function fits(value: unknown, wanted: readonly string[]): boolean {
  const text = String(value);
  const number = Number(typedDecimal(text) ?? Number.NaN);
  if (wanted.length === 0) return text.trim() !== '' && text !== 'false' && number !== 0;
  return wanted.some((word) => word === text || Number(word) === number);
}

export interface Section {
  title: string;
  parameters: Parameter[];
}

/** Those that matter under their headings, in their order; those without a heading first. */
export function sections(all: readonly Parameter[], shown: (parameter: Parameter) => boolean): Section[] {
  const titles = ['', ...new Set(all.map((one) => one.section))];
  return [...new Set(titles)]
    .map((title) => ({ title, parameters: all.filter((one) => one.section === title && shown(one)) }))
    .filter(({ parameters }) => parameters.length > 0);
}

export function parametersSchema(strategy: Pick<Strategy, 'parameters'>) {
  return z.object(
    Object.fromEntries(
      strategy.parameters.map((parameter) => {
        if (parameter.kind === 'boolean') return [parameter.name, z.boolean()];
        if (parameter.kind === 'choice') return [parameter.name, z.enum(parameter.choices as [string, ...string[]], 'Choose one of them')];
        if (parameter.kind === 'data') return [parameter.name, dataField()];
        return [parameter.name, parameter.kind === 'text' ? z.string() : numberField(parameter)];
      }),
    ),
  );
}
