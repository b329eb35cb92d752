// What a refusal says, in the words of the form: a part as the percent that was typed, a setting by its label.
import { percentOfFraction } from '@/lib/decimal';
import { labelOf } from '@/lib/words';

import { ageOf } from './falling';
import { rungSaid } from './ladder';
import { EXITS, LIMITS } from './limits';

const LABELS = new Map([...EXITS, ...LIMITS].map(({ name, label }) => [name, label]));

const PLAIN: Record<string, string> = {
  account_id: 'Account',
  symbols: 'Market',
  timeframe: 'Candles',
  trading_frequency_s: 'Decide between closes',
  falls: 'Falling target',
  rungs: 'Take-profit ladder',
  'holding.borrow_rate': 'Borrow fee',
  'holding.funding_rate': 'Funding',
  'holding.funding_hours': 'Charged every',
  'sizing.kind': 'Sizing',
  'sizing.period': 'Looked at over',
  'trading_window.minutes_before': 'Before the end',
};

/** What a field is called over it, by its name in the form: `limits.max_daily_loss`, `rungs.0.gain`. */
export function fieldLabel(field: string): string {
  const [group = '', name] = field.split('.');
  const plain = PLAIN[field] ?? PLAIN[group];
  if (plain || !name) return plain ?? labelOf(group);
  return (group === 'exits' && rungSaid(name)) || (group !== 'parameters' && LABELS.get(name)) || labelOf(name);
}

/** `known`: the form's fields, such as `parameters.take_profit`. */
export function asTyped(detail: string, known: readonly string[]): string {
  // The API says a part both ways: 0.02 (2 %).
  // Beside its field nobody need be told which window.
  let said = detail.replace(/^trading_window: /, '').replace(/(-?\d[\d.]*) \((-?\d[\d.]*) %\)/g, (both, part: string, percent: string) => (percentOfFraction(part) === percent ? `${percent} %` : both));
  for (const field of known) {
    const [group, name] = field.split('.');
    if (!name) continue;
    const age = group === 'exits' ? ageOf(name) : null;
    const label = age === null ? `“${fieldLabel(field)}”` : `the gain from ${age} min`;
    // A name of one word may be a word of the sentence; one with an underscore is nothing else.
    const words = name.includes('_') ? `(?:(?:parameters?|exit|limit) )?\\b${name}\\b` : `\\b(?:parameters?|exit|limit) ${name}\\b`;
    said = said.replace(new RegExp(words, 'g'), label);
  }
  return said.charAt(0).toUpperCase() + said.slice(1);
}
