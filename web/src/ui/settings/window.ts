// A trading window as it is typed: one line of hours, an exchange's calendar, or both.
import { useFormContext } from 'react-hook-form';
import { z } from 'zod';

import type { BotSettings, TradingWindow, WindowAsked } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';
import { zone } from '@/lib/time';
import { useSettled } from '@/lib/use-settled';

export interface TypedWindow {
  hours: string;
  calendar: string;
  at_end: TradingWindow['at_end'];
  minutes_before: string;
}

/** How a form holds one: `windowed` says whether it is meant. */
export interface Windowed {
  windowed: boolean;
  trading_window: TypedWindow;
}

export const FRESH_WINDOW: TypedWindow = { hours: `08:00-20:00 ${zone}`, calendar: '', at_end: 'cancel_entries', minutes_before: '5' };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MINUTES_MOST = 1440;
const SETTLED_MS = 350;

export function windowTyped(window: BotSettings['trading_window']): TypedWindow {
  if (!window) return FRESH_WINDOW;
  const days = window.days.length === 7 ? '' : ` ${window.days.map((day) => DAYS[day - 1]).join(',')}`;
  const plain = window.start ? `${window.start}-${window.end} ${window.time_zone}${days}` : '';
  return { hours: window.hours || plain, calendar: window.calendar, at_end: window.at_end, minutes_before: String(window.minutes_before) };
}

/** To be sent. `before`: what it was; where nothing was typed it stays in the form that it was given in. */
export function windowSent(typed: TypedWindow, before?: BotSettings['trading_window']): TradingWindow {
  if (before && JSON.stringify(windowTyped(before)) === JSON.stringify(typed)) return before;
  return {
    start: '',
    end: '',
    days: [1, 2, 3, 4, 5, 6, 7],
    time_zone: 'UTC',
    hours: typed.hours.trim(),
    calendar: typed.calendar.trim(),
    at_end: typed.at_end,
    minutes_before: Number(typedDecimal(typed.minutes_before) ?? 5),
  };
}

const schema = z
  .object({
    hours: z.string(),
    calendar: z.string(),
    minutes_before: z.string().refine((typed) => /^\d{1,4}$/.test(typedDecimal(typed) ?? '') && Number(typedDecimal(typed)) <= MINUTES_MOST, `Write whole minutes from 0 to ${MINUTES_MOST}`),
  })
  .refine(({ hours, calendar }) => hours.trim() || calendar.trim(), { path: ['hours'], message: 'Write hours, such as 09:30-16:00 New York mon-fri, or a calendar' });

/** Says what is wrong with the window of a form, unless it is off. */
export function checkWindow({ windowed, trading_window }: { windowed: boolean; trading_window?: unknown }, context: z.RefinementCtx): void {
  if (!windowed) return;
  for (const issue of schema.safeParse(trading_window).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: ['trading_window', ...issue.path], message: issue.message });
  }
}

/** What to ask of the window in the form around, once nobody types any more; null: there is none, or it is not whole. */
export function useWindowAsked(timeframe: string): WindowAsked | null {
  const { watch } = useFormContext<Windowed>();
  const typed = useSettled({ windowed: watch('windowed'), window: watch('trading_window'), timeframe }, SETTLED_MS);
  const window = windowSent(typed.window);
  return typed.windowed && (window.hours || window.calendar) ? { trading_window: window, timeframe: typed.timeframe } : null;
}
