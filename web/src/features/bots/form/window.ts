// A trading window as it is typed: one line of hours, an exchange's calendar, or both.
import type { BotSettings, TradingWindow } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';
import { zone } from '@/lib/time';

export interface TypedWindow {
  hours: string;
  calendar: string;
  at_end: TradingWindow['at_end'];
  minutes_before: string;
}

export const FRESH_WINDOW: TypedWindow = { hours: `08:00-20:00 ${zone}`, calendar: '', at_end: 'cancel_entries', minutes_before: '5' };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export const MINUTES_MOST = 1440;

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
