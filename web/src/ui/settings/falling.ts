// A target that falls: rows of an age in minutes and the gain that is enough from then on, which the API has among the
// exits as `roi_30`. Unlike other exits a gain of 0 is something: the entry price.
import { z } from 'zod';

import { fractionOfPercent, percentOfFraction, signOf, typedDecimal } from '@/lib/decimal';

export interface Fall {
  minutes: string;
  /** percent */
  gain: string;
}

export const MOST_FALLS = 20;
const MOST_MINUTES = 10_000_000;
const NAME = /^roi_(\d+)$/;

/** The minutes of an exit's name; null for another exit. */
export const ageOf = (name: string): string | null => NAME.exec(name)?.[1] ?? null;

/** The exit's name of what is typed; as it stands where it is no whole number, so that nothing is taken for another. */
export const nameOf = ({ minutes }: Fall): string => `roi_${typedDecimal(minutes) ?? minutes}`;

export function fallsTyped(exits: Record<string, string>): Fall[] {
  return Object.entries(exits)
    .flatMap(([name, value]) => {
      const minutes = ageOf(name);
      return minutes === null ? [] : [{ minutes, gain: percentOfFraction(value) }];
    })
    .sort((one, other) => Number(one.minutes) - Number(other.minutes));
}

/** What is typed, in short. */
export const fallsFilledIn = (falls: readonly Fall[]): string => falls.map(({ minutes, gain }) => `${gain.trim() || '?'} % from ${minutes.trim() || '?'} min`).join(', ');

export function fallsSent(falls: readonly Fall[]): Record<string, string> {
  return Object.fromEntries(falls.map((fall) => [nameOf(fall), fractionOfPercent(typedDecimal(fall.gain) ?? '0')]));
}

const whole = z.string().superRefine((typed, context) => {
  const value = typedDecimal(typed);
  const fault = (message: string) => context.addIssue({ code: 'custom', message });
  if (!typed.trim()) fault('Write an age in minutes');
  else if (value === null) fault(`“${typed}” is not a number`);
  else if (value.includes('.') || Number(value) < 1 || Number(value) > MOST_MINUTES) fault('Write whole minutes, 1 or more; for a new position there is the take-profit');
});

const gain = z.string().superRefine((typed, context) => {
  const value = typedDecimal(typed);
  if (!typed.trim()) context.addIssue({ code: 'custom', message: 'Write a gain; 0 is the entry price' });
  else if (value === null) context.addIssue({ code: 'custom', message: `“${typed}” is not a number` });
  else if (signOf(value) < 0) context.addIssue({ code: 'custom', message: 'Write 0 or more; 0 is the entry price' });
});

/** Whether it falls is the server's to say: it knows what holds before. Two rows of one age could not be told to it. */
export const fallsSchema = z.array(z.object({ minutes: whole, gain })).superRefine((falls, context) => {
  const first = new Map<string, number>();
  falls.forEach((fall, at) => {
    const name = nameOf(fall);
    if (fall.minutes.trim() && first.has(name)) context.addIssue({ code: 'custom', path: [at, 'minutes'], message: 'There is a row of this age already' });
    else first.set(name, at);
  });
});
