import { expect, it, vi } from 'vitest';

import { ago, duration, fromLocalInput, instantText, localInput, span, timeframeMs, toTheMinute, when, whenHere } from './time';

it('says a length of time in its two greatest units', () => {
  expect([duration(350), duration(42_000), duration(3_600_000), duration(7_500_000), duration(90_061_000)]).toEqual(['350 ms', '42 s', '1 h', '2 h 5 min', '1 d 1 h']);
});

it('reads timeframes and refuses what is none', () => {
  expect([timeframeMs('1m'), timeframeMs('4h'), timeframeMs('1d'), timeframeMs('x')]).toEqual([60_000, 14_400_000, 86_400_000, null]);
});

it('gives back the minute that a field was filled with', () => {
  const minute = new Date(2026, 10, 28, 21, 45).getTime();
  expect(fromLocalInput(localInput(minute))).toBe(minute);
  expect(fromLocalInput('')).toBeNull();
  expect(localInput(null)).toBe('');
});

it('writes a moment of an address with its zone, and reads one of before as here', () => {
  const zones = ['UTC', 'America/New_York', 'Asia/Kolkata'].map((zone) => {
    vi.stubEnv('TZ', zone);
    return [fromLocalInput('2026-11-30T17:05Z'), localInput(Date.UTC(2026, 10, 30, 17, 5)), instantText(fromLocalInput('2026-11-30T12:05')!)];
  });
  vi.unstubAllEnvs();
  const at = Date.UTC(2026, 10, 30, 17, 5);
  expect(zones).toEqual([[at, '2026-11-30T17:05', '2026-11-30T12:05Z'], [at, '2026-11-30T12:05', '2026-11-30T17:05Z'], [at, '2026-11-30T22:35', '2026-11-30T06:35Z']]);
});

it('shows the day only where it is another', () => {
  const now = new Date(2026, 10, 28, 21, 45, 7).getTime();
  expect(when(now - 60_000, now)).toBe('21:44:07');
  expect(when(now - 86_400_000, now)).toBe('27 Nov, 21:45:07');
  expect(ago(now - 2_000, now)).toBe('just now');
  expect(ago(now - 125_000, now)).toBe('2 min 5 s ago');
});

it('says a moment to the minute, for axes', () => {
  expect(toTheMinute(new Date(2026, 0, 1, 6, 34, 20).getTime())).toBe('1 Jan, 06:34');
});

it('says from when to when with its day of the week, and the day of the end where it is another', () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 30).getTime();
  expect(span(at(30, 9), at(30, 16))).toBe('Mon 30 Nov, 09:30 to 16:30');
  expect(span(at(27, 22), at(28, 4))).toBe('Fri 27 Nov, 22:30 to Sat 28 Nov, 04:30');
});

it('says of a time here that it is one where the market has another clock', () => {
  const [at, now] = [Date.UTC(2026, 0, 2, 9, 14, 3), Date.UTC(2026, 0, 3)];
  const sandbox = { environment: 'sandbox', source: '' };
  expect(whenHere(at, sandbox, now)).toBe(`${when(at, now)} here`);
  expect(whenHere(at, { environment: 'paper', source: 'sandbox:9000' }, now)).toMatch(/ here$/);
  expect(whenHere(at, { environment: 'paper', source: 'live' }, now)).toBe(when(at, now));
  expect(whenHere(at, { environment: 'live', source: '' }, now)).toBe(when(at, now));
});
