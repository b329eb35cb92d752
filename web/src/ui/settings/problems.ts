// Where a refusal belongs: beside the fields it names, and what is left over above the form.
import { OFFLINE, Problem } from '@/api/problem';
import { nearestField } from '@/lib/pointer';

import { asTyped } from './said';

export interface Placed {
  /** by field name */
  fields: Record<string, string>;
  /** what no field is to blame for */
  rest: string | null;
}

const NONE: Placed = { fields: {}, rest: null };

export function placed(error: unknown, known: readonly string[]): Placed {
  if (!error) return NONE;
  if (!(error instanceof Problem)) return { fields: {}, rest: error instanceof Error ? error.message : 'Something went wrong. Try again.' };
  if (error.code === OFFLINE) return { fields: {}, rest: error.message };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { field, detail: words } of error.fields) {
    const detail = asTyped(words, known);
    const name = nearestField(field, known);
    if (name) fields[name] = fields[name] ? `${fields[name]}. ${detail}` : detail;
    else rest.push(detail);
  }
  if (error.fields.length === 0) rest.push(asTyped(error.message, known));
  return { fields, rest: rest.length > 0 ? rest.join('. ') : null };
}
