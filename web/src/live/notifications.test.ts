import { QueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { LiveEvents } from '@/api/types';

import { notificationList, remember } from './notifications';

type Notification = LiveEvents['notification'];
const notice = (bot: number, level: Notification['level'] = 'info'): Notification => ({ level, code: `bot_${level}`, message: `bot-${bot} says ${level}`, bot_id: `id-${bot}`, bot_name: `bot-${bot}`, time_ms: bot });

// Each test a minute after the one before it, by the clock that the last toast was noted by.
let begun_ms = 0;
beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime((begun_ms += 60_000));
});
afterEach(() => {
  vi.runAllTimers();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const said = () => ({ info: vi.spyOn(toast, 'info'), warning: vi.spyOn(toast, 'warning'), error: vi.spyOn(toast, 'error') });

it('says the first at once and what fifty bots tell after it together, by the worst of it', () => {
  const { info, error } = said();
  const cache = new QueryClient();
  remember(cache, [notice(0)]);
  vi.advanceTimersByTime(0);
  expect(info).toHaveBeenCalledExactlyOnceWith('bot-0 says info', { description: undefined, id: 'bot_info-id-0' });
  for (let bot = 1; bot < 50; bot++) remember(cache, [notice(bot, bot === 7 ? 'error' : 'info')]);
  vi.advanceTimersByTime(999);
  expect(info).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2);
  expect(info).toHaveBeenCalledTimes(1);
  expect(error).toHaveBeenCalledExactlyOnceWith('49 notices', { description: 'bot-7 says error, and 48 more. The bell has them all.', id: 'many' });
  expect(cache.getQueryData(notificationList.queryKey)?.map((one) => one.bot_name).slice(0, 2)).toEqual(['bot-49', 'bot-48']);
});

it('says two by themselves, and one that is told twice once', () => {
  const { info, warning } = said();
  remember(new QueryClient(), [notice(1), notice(2, 'warning'), notice(1)]);
  vi.advanceTimersByTime(1);
  expect([info.mock.calls.length, warning.mock.calls.length]).toEqual([1, 1]);
});

it('names the bot above what does not name it, and Botswain where it is about no bot', () => {
  const { info } = said();
  remember(new QueryClient(), [
    { ...notice(1), message: 'its venue is down' },
    { ...notice(2), bot_id: null, bot_name: null, message: 'the engine is here' },
  ]);
  vi.advanceTimersByTime(1);
  expect(info.mock.calls.map(([title, more]) => [title, more?.description])).toEqual([
    ['bot-1', 'its venue is down'],
    ['Botswain', 'the engine is here'],
  ]);
});
