// Times in the viewer's zone, which is always said somewhere on the page that shows them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const zoneName = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

/** "UTC+2" or "UTC": what the shown times are in. */
export function zoneShort(): string {
  const name = zoneName.formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value ?? zone;
  return name.replace('GMT', 'UTC');
}

export function clockTime(ms: number): string {
  return clock.format(ms);
}

export function dateOnly(ms: number): string {
  return dayAndYear.format(ms);
}

/** The clock today, the day before it otherwise. */
export function when(ms: number, nowMs = Date.now()): string {
  const sameDay = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  if (sameDay) return clock.format(ms);
  const sameYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  return `${(sameYear ? day : dayAndYear).format(ms)}, ${clock.format(ms)}`;
}

/** "09:14:03 here": by the clock of this machine, where what stands beside it goes by a market's own. */
export function whenHere(ms: number, account: { environment: string; source: string }, nowMs = Date.now()): string {
  return paced(account) ? `${when(ms, nowMs)} here` : when(ms, nowMs);
}

/** Whether a market has a time of its own: a sandbox's, and a paper account's at its prices. */
export const paced = ({ environment, source }: { environment: string; source: string }) => environment === 'sandbox' || source.startsWith('sandbox');

/** "1 Jan, 06:34": for axes, where seconds are only clutter. */
export function toTheMinute(ms: number): string {
  return `${day.format(ms)}, ${clock.format(ms).slice(0, 5)}`;
}

/** "Mon 30 Nov, 15:30 to 21:55"; with the day of its end where that is another one. */
export function span(from_ms: number, to_ms: number): string {
  const sameDay = new Date(from_ms).toDateString() === new Date(to_ms).toDateString();
  const begins = `${weekday.format(from_ms)} ${toTheMinute(from_ms)}`;
  return `${begins} to ${sameDay ? clock.format(to_ms).slice(0, 5) : `${weekday.format(to_ms)} ${toTheMinute(to_ms)}`}`;
}

/** With date, seconds and zone: for titles and details. */
export function wholeTime(ms: number): string {
  return whole.format(ms);
}

/** "2026-01-01T22:08:15.000Z": for files, which other programs read. */
export function isoTime(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString();
}

/** "3 min ago" */
export function ago(ms: number, nowMs = Date.now()): string {
  const age = nowMs - ms;
  return age < 5 * SECOND ? 'just now' : `${duration(age)} ago`;
}

/** The two greatest units of a length of time: "2 h 5 min". */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  const parts: [number, string][] = [
    [Math.floor(ms / DAY), 'd'],
    [Math.floor((ms % DAY) / HOUR), 'h'],
    [Math.floor((ms % HOUR) / MINUTE), 'min'],
    [Math.floor((ms % MINUTE) / SECOND), 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Milliseconds of "1m", "4h"; null for what is no timeframe. */
export function timeframeMs(timeframe: string): number | null {
  const found = /^(\d+)([smhdw])$/.exec(timeframe);
  return found ? Number(found[1]) * (UNITS[found[2]!] ?? 0) : null;
}

/** A value of <input type="datetime-local"> in the viewer's zone, and back. */
export function localInput(ms: number | null): string {
  if (ms == null) return '';
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE);
  return at.toISOString().slice(0, 16);
}

/** "2026-01-01T22:08Z": a minute in an address, which is the same for whoever opens it. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');
}

/** A text without a zone is in the viewer's; one of `instantText` says its own. */
export function fromLocalInput(text: string): number | null {
  const ms = text ? new Date(text).getTime() : NaN;
  return Number.isFinite(ms) ? ms : null;
}
