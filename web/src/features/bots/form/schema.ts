// What the form itself can tell is wrong; the rest is the server's to refuse.
import { z } from 'zod';

import type { Strategy } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';
import { timeframeMs } from '@/lib/time';
import { fallsSchema } from '@/ui/settings/falling';
import { rungsSchema } from '@/ui/settings/ladder';
import { EXITS, LIMITS } from '@/ui/settings/limits';
import { parametersSchema } from '@/ui/settings/parameters';
import { positive, settingsSchema, sizingSchema } from '@/ui/settings/schema';
import { checkWindow } from '@/ui/settings/window';

import { holdingSchema } from './holding';

const FREQUENCY_MOST_S = 86_400;

const frequency = z.string().refine((typed) => {
  const value = typedDecimal(typed);
  return value !== null && !value.includes('.') && Number(value) >= 0 && Number(value) <= FREQUENCY_MOST_S;
}, 'Write whole seconds from 0 to 86400');

export function botSchema(strategy: Strategy | undefined) {
  return z
    .object({
      name: z.string().trim().min(1, 'Give it a name').max(64, 'At most 64 letters'),
      strategy: z.string().min(1, 'Choose a kind'),
      account_id: z.string().min(1, 'Choose an account'),
      symbols: z.array(z.string()).min(1, 'Choose a market').max(strategy?.symbols_most ?? 1, `At most ${strategy?.symbols_most ?? 1}`),
      timeframe: z.string().min(1, 'Choose a timeframe'),
      capital: positive('its capital'),
      sizing: sizingSchema,
      parameters: parametersSchema(strategy ?? { parameters: [] }),
      exits: settingsSchema(EXITS),
      falls: fallsSchema,
      rungs: rungsSchema,
      limits: settingsSchema(LIMITS),
      on_stop: z.string(),
      react: z.string(),
      trading_frequency_s: frequency,
      windowed: z.boolean(),
      trading_window: z.unknown(),
      holding: holdingSchema,
      start: z.boolean(),
    })
    .superRefine(({ timeframe, trading_frequency_s }, context) => {
      const seconds = Number(typedDecimal(trading_frequency_s) ?? 0);
      const lasts = (timeframeMs(timeframe) ?? Infinity) / 1000;
      if (seconds >= lasts) {
        context.addIssue({ code: 'custom', path: ['trading_frequency_s'], message: `Write less than ${lasts} s, which is how long a candle of ${timeframe} lasts, or 0` });
      }
    })
    .superRefine(checkWindow);
}
