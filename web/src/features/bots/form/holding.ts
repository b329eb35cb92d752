// What holding costs on a paper account, as it is typed: in percent, while the API has a fraction.
import { z } from 'zod';

import type { BotSettings } from '@/api/types';
import { fractionOfPercent, percentOfFraction, signOf, typedDecimal } from '@/lib/decimal';

export interface HoldingFilled {
  funding_rate: string;
  funding_hours: string;
}

/** Hours that divide a day. */
export const HOURS = [1, 2, 3, 4, 6, 8, 12, 24] as const;

export const FREE: HoldingFilled = { funding_rate: '0', funding_hours: '8' };

export function holdingTyped({ funding_rate, funding_hours }: BotSettings['holding']): HoldingFilled {
  return { funding_rate: percentOfFraction(funding_rate), funding_hours: String(funding_hours) };
}

/** `before`: what it was; a borrow fee, which has no field here, is carried over from it. */
export function holdingSent({ funding_rate, funding_hours }: HoldingFilled, before?: BotSettings['holding']): BotSettings['holding'] {
  const rate = typedDecimal(funding_rate);
  return { funding_rate: rate === null ? funding_rate : fractionOfPercent(rate), funding_hours: Number(funding_hours), borrow_rate: before?.borrow_rate ?? '0' };
}

export const holdingSchema = z.object({
  funding_rate: z.string().refine((typed) => {
    const rate = typedDecimal(typed);
    return rate !== null && Math.abs(Number(rate)) <= 100;
  }, 'Write percent from -100 to 100, such as 0.01'),
  funding_hours: z.string(),
});

/** Whether it is asked for: at a venue nothing is, but what was typed is not hidden where it would be refused. */
export function isAsked(environment: string | undefined, { funding_rate }: HoldingFilled): boolean {
  return environment === 'paper' || signOf(typedDecimal(funding_rate) ?? '1') !== 0;
}

/** What is read of it; nothing where nothing is charged. */
export function holdingSaid({ funding_rate, funding_hours, borrow_rate }: BotSettings['holding']): [string, string][] {
  const said: [string, string][] = [];
  if (signOf(funding_rate) !== 0) said.push(['Funding', `${percentOfFraction(funding_rate)} % every ${funding_hours} h`]);
  if (signOf(borrow_rate) !== 0) said.push(['Borrow fee', `${percentOfFraction(borrow_rate)} % a year`]);
  return said;
}
