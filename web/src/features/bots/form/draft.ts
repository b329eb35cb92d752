// What is being typed, kept for this tab until it is sent: a reload in the middle, or a step back too far, loses nothing.
import type { Strategy } from '@/api/types';
import { parametersTyped } from '@/ui/settings/parameters';

import type { BotValues } from './values';

export interface Draft {
  values: BotValues;
  furthest: number;
}

const place = (name: string) => `botswain-draft-${name}`;

export function keepDraft(name: string, draft: Draft): void {
  try {
    sessionStorage.setItem(place(name), JSON.stringify(draft));
  } catch {
    // Nothing may be kept here; then a reload begins anew.
  }
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(place(name));
  } catch {
    // Nothing was kept.
  }
}

/** What was kept; null where that is nothing, or was written for kinds of bots that there are no more. */
export function draftOf(name: string, begin: BotValues, strategies: readonly Strategy[]): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(name)) ?? 'null') as Draft | null;
    const strategy = strategies.find((one) => one.name === kept?.values.strategy);
    if (!kept || !strategy) return null;
    // A version that was installed meanwhile may have more fields.
    const parameters = { ...parametersTyped(strategy.parameters), ...kept.values.parameters };
    return { values: { ...begin, ...kept.values, parameters }, furthest: kept.furthest };
  } catch {
    return null;
  }
}
