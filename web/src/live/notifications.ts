// What the server told this visit, the newest first; and each is said for a moment, or how many there were.
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';

import type { LiveEvents } from '@/api/types';

type Notification = LiveEvents['notification'];
const KEPT = 50;
// Fifty bots that start or are halted together are fifty notices: a wall that nobody reads, each of which has the whole
// page laid out anew. What comes this soon after another one is said together.
const SAY_MS = 1_000;
const MOST_SAID = 2;
const ORDER = ['info', 'warning', 'error'] as const;

export const notificationList = queryOptions<Notification[]>({
  queryKey: ['notifications'],
  queryFn: () => [],
  initialData: [],
  staleTime: Infinity,
  enabled: false,
});

let unsaid: Notification[] = [];
let said_ms = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

export function remember(cache: QueryClient, told: readonly Notification[]): void {
  cache.setQueryData(notificationList.queryKey, (old = []) => [...told.toReversed(), ...old].slice(0, KEPT));
  unsaid.push(...told);
  // In a task of its own: what else was told in the same breath is drawn first.
  timer ??= setTimeout(sayAll, Math.max(0, said_ms + SAY_MS - performance.now()));
}

function sayAll(): void {
  const all = [...new Map(unsaid.map((one) => [idOf(one), one])).values()];
  [unsaid, timer, said_ms] = [[], undefined, performance.now()];
  if (all.length <= MOST_SAID) all.forEach(sayOne);
  else sayMany(all);
}

/** Nearly every notice of a bot begins with its name: it is not said twice then. */
function sayOne(one: Notification): void {
  const { level, bot_name, message } = one;
  if (bot_name && message.includes(bot_name)) say(level, message, undefined, idOf(one));
  else say(level, bot_name ?? 'Botswain', message, idOf(one));
}

function sayMany(all: readonly Notification[]): void {
  const worst = ORDER.findLast((level) => all.some((one) => one.level === level)) ?? 'info';
  const newest = all.findLast((one) => one.level === worst);
  say(worst, `${all.length} notices`, `${newest?.message ?? ''}, and ${all.length - 1} more. The bell has them all.`, 'many');
}

const idOf = ({ code, bot_id }: Notification) => `${code}-${bot_id ?? ''}`;

function say(level: Notification['level'], title: string, description: string | undefined, id: string): void {
  const how = level === 'error' ? toast.error : level === 'warning' ? toast.warning : toast.info;
  how(title, { description, id });
}
