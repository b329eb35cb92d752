// What the server told this visit, the newest first.
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';

import type { LiveEvents } from '@/api/types';

type Notification = LiveEvents['notification'];
const KEPT = 50;

export const notificationList = queryOptions<Notification[]>({
  queryKey: ['notifications'],
  queryFn: () => [],
  initialData: [],
  staleTime: Infinity,
  enabled: false,
});

export function remember(cache: QueryClient, told: Notification): void {
  cache.setQueryData(notificationList.queryKey, (old = []) => [told, ...old].slice(0, KEPT));
  const say = told.level === 'error' ? toast.error : told.level === 'warning' ? toast.warning : toast.info;
  say(told.bot_name ?? 'Botswain', { description: told.message, id: `${told.code}-${told.bot_id ?? ''}` });
}
