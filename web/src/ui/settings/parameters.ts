// A strategy's parameters between its schema, the form's fields and what the API wants.
import { z } from 'zod';

import type { Parameter, Strategy } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';

export type Typed = Record<string, string | boolean>;
type Value = Parameter['default'];

/** Fields for the parameters: the given values, or their defaults. */
export function parametersTyped(parameters: readonly Parameter[], given: Record<string, Value> = {}): Typed {
  return Object.fromEntries(
    parameters.map(({ name, kind, default: otherwise }) => {
      const value = given[name] ?? otherwise;
      if (kind === 'data') return [name, laidOut(String(value))];
      return [name, kind === 'boolean' ? value === true : plain(value)];
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
    parameters.map(({ name, kind, default: otherwise }) => {
      const typed = fields[name];
      if (kind === 'integer' || kind === 'number') return [name, Number(typedDecimal(String(typed ?? '')) ?? otherwise)];
      if (kind === 'data') return [name, JSON.stringify(parsed(String(typed ?? otherwise))) ?? String(typed)];
      return [name, typed ?? otherwise];
    }),
  );
}

function numberField({ kind, least, most }: Parameter) {
  return z.string().superRefine((typed, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    const value = typedDecimal(typed);
    if (value === null) return fault(typed.trim() ? `“${typed}” is not a number` : 'Write a number');
    if (kind === 'integer' && value.includes('.')) return fault('Write a whole number');
    if ((least != null && Number(value) < least) || (most != null && Number(value) > most)) fault(bounds({ least, most } as Parameter));
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
export function bounds({ least, most }: Pick<Parameter, 'least' | 'most'>): string {
  const wide = most != null && most >= 1e12;
  if (least != null && most != null && !wide) return `Between ${least} and ${most}`;
  if (least != null) return least === 0 ? 'Zero or more' : `At least ${least}`;
  return most != null ? `At most ${most}` : '';
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
