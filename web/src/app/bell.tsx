import { useQuery } from '@tanstack/react-query';
import { BellIcon, CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { Popover } from 'radix-ui';
import { Link } from 'react-router';

import { fleetSummary } from '@/api/fleet';
import { notificationList } from '@/live/notifications';
import { ago } from '@/lib/time';
import { Button } from '@/ui/button';

const LEVELS = { info: [Info, 'text-ink-3'], warning: [TriangleAlert, 'text-warn'], error: [CircleAlert, 'text-down'] } as const;

/** What needs attention now, and what was told this visit. */
export function Bell() {
  const { data: told } = useQuery(notificationList);
  const { data: summary } = useQuery(fleetSummary);
  const attention = summary?.attention ?? [];
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" size="icon" className="relative" aria-label={attention.length ? `Notices: ${attention.length} need attention` : 'Notices'}>
          <BellIcon className="size-5" strokeWidth={1.8} aria-hidden />
          {attention.length > 0 && <span className="absolute top-1.5 right-1.5 size-2 rounded-full bg-danger ring-2 ring-surface" aria-hidden />}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} aria-label="Notices" className="scroll-thin z-50 max-h-[70dvh] w-[min(22rem,calc(100vw-2rem))] animate-in overflow-y-auto rounded-xl border border-line bg-raised p-2 shadow-pop">
          <ul>
            {attention.map((one) => (
              <li key={`${one.code}-${one.bot_id}`}>
                <Line level="warning" title={one.bot_name} message={one.message} botId={one.bot_id} />
              </li>
            ))}
            {told.map((one) => (
              <li key={`${one.time_ms}-${one.code}-${one.bot_id}`}>
                <Line level={one.level} title={one.bot_name} message={one.message} botId={one.bot_id} time={ago(one.time_ms)} />
              </li>
            ))}
          </ul>
          {attention.length + told.length === 0 && <p className="px-3 py-6 text-center text-sm text-ink-3">All is well. What bots have to tell appears here.</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Line({ level, title, message, botId, time }: { level: keyof typeof LEVELS; title: string | null; message: string; botId: string | null; time?: string }) {
  const [Icon, colour] = LEVELS[level];
  const content = (
    <>
      <Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden />
      <span className="min-w-0 text-sm">
        {title && <span className="font-medium">{title} </span>}
        <span className="text-ink-2">{message}</span>
        {time && <span className="block text-xs text-ink-3">{time}</span>}
      </span>
    </>
  );
  const looks = 'flex gap-2.5 rounded-lg px-3 py-2.5';
  return botId ? (
    <Link to={`/bots/${botId}`} className={`${looks} hover:bg-hover`}>
      {content}
    </Link>
  ) : (
    <div className={looks}>{content}</div>
  );
}
