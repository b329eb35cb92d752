// The way through the form: each step with the fields it holds.
import { rowNames } from '@/ui/settings/exits';

import type { BotValues } from './values';

export interface Step {
  id: 'kind' | 'market' | 'parameters' | 'exits' | 'schedule' | 'review';
  label: string;
  fields: readonly (keyof BotValues)[];
}

export const STEPS: readonly Step[] = [
  { id: 'kind', label: 'Kind of bot', fields: ['strategy'] },
  { id: 'market', label: 'Market and money', fields: ['name', 'account_id', 'symbols', 'timeframe', 'capital', 'sizing', 'holding'] },
  { id: 'parameters', label: 'Parameters', fields: ['parameters'] },
  { id: 'exits', label: 'Exits and limits', fields: ['exits', 'falls', 'rungs', 'limits', 'on_stop'] },
  { id: 'schedule', label: 'When it trades', fields: ['windowed', 'trading_window', 'trading_frequency_s', 'react'] },
  { id: 'review', label: 'Review', fields: [] },
];

/** The first step that holds one of the fields, by their full names; -1 where none does. */
export function stepOf(names: readonly string[]): number {
  return STEPS.findIndex((step) => step.fields.some((field) => names.some((name) => name === field || name.startsWith(`${field}.`))));
}

/** All names a problem can be put beside. */
export function fieldNames(values: BotValues): string[] {
  const of = (group: 'parameters' | 'exits' | 'limits' | 'sizing' | 'trading_window' | 'holding') => Object.keys(values[group]).map((name) => `${group}.${name}`);
  const grouped = ['parameters', 'exits', 'limits', 'sizing', 'trading_window', 'holding'] as const;
  const plain = Object.keys(values).filter((name) => !(grouped as readonly string[]).includes(name));
  return [...plain, ...grouped.flatMap(of), ...rowNames(values)];
}
