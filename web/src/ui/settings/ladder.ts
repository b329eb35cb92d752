// A position that goes in parts: rows of a gain and the share that is sold there, which the API has among the exits as
// `take_profit_1` and `take_profit_share_1`. Rows are numbered as they stand; the last one without a share sells the rest.
import { z } from 'zod';

import { fractionOfPercent, percentOfFraction, signOf, sum, typedDecimal } from '@/lib/decimal';

import { positive } from './schema';

export interface Rung {
  /** percent */
  gain: string;
  /** percent; of the last row empty: what is left */
  share: string;
}

export const MOST_RUNGS = 4;
const NAME = /^take_profit_(share_)?([1-4])$/;
const ORDINALS = ['first', 'second', 'third', 'fourth'] as const;

export const ordinal = (at: number): string => ORDINALS[at] ?? `${at + 1}th`;
export const gainName = (at: number): string => `take_profit_${at + 1}`;
export const shareName = (at: number): string => `take_profit_share_${at + 1}`;

export const isRung = (name: string): boolean => NAME.test(name);

/** What the form calls an exit of the ladder; null for another one. */
export function rungSaid(name: string): string | null {
  const [, share, number] = NAME.exec(name) ?? [];
  if (!number) return null;
  const target = `${ordinal(Number(number) - 1)} target`;
  return share ? `Share sold at the ${target}` : target.charAt(0).toUpperCase() + target.slice(1);
}

/** The names of the exits of some rows, by which a refusal speaks of them. */
export const rungNames = (rungs: readonly Rung[]): string[] => rungs.flatMap((_, at) => [gainName(at), shareName(at)]);

const typedPercent = (value: string | undefined): string => (value && signOf(value) !== 0 ? percentOfFraction(value) : '');

export function rungsTyped(exits: Record<string, string>): Rung[] {
  const rungs = ORDINALS.map((_, at) => ({ gain: typedPercent(exits[gainName(at)]), share: typedPercent(exits[shareName(at)]) }));
  const last = rungs.findLastIndex(({ gain, share }) => gain || share);
  return rungs.slice(0, last + 1);
}

/** What is typed, in short. */
export function rungsFilledIn(rungs: readonly Rung[]): string {
  const part = ({ share }: Rung, at: number) => (!share.trim() && at === rungs.length - 1 ? 'the rest' : `${share.trim() || '?'} %`);
  return rungs.map((rung, at) => `${part(rung, at)} at ${rung.gain.trim() || '?'} %`).join(', ');
}

export function rungsSent(rungs: readonly Rung[]): Record<string, string> {
  const found: Record<string, string> = {};
  rungs.forEach(({ gain, share }, at) => {
    found[gainName(at)] = fractionOfPercent(typedDecimal(gain) ?? '0');
    if (share.trim()) found[shareName(at)] = fractionOfPercent(typedDecimal(share) ?? '0');
  });
  return found;
}

/** Whether gains rise and shares fit is the server's to say, which knows the other exits; here only what is no number. */
export const rungsSchema = z.array(z.object({ gain: positive('a gain'), share: z.string() })).superRefine((rungs, context) => {
  rungs.forEach(({ share }, at) => {
    const value = typedDecimal(share);
    const fault = (message: string) => context.addIssue({ code: 'custom', path: [at, 'share'], message });
    if (!share.trim()) {
      if (at < rungs.length - 1) fault('Write which part is sold there; only the last may be empty');
      else if (at > 0 && Number(sum(rungs.slice(0, at).map((one) => typedDecimal(one.share) ?? '0'))) >= 100) fault('The targets before it sell all; make a share smaller');
    } else if (value === null) fault(`“${share}” is not a number`);
    else if (signOf(value) <= 0 || Number(value) > 100) fault('Write a part above 0 % and at most 100 %');
  });
});
