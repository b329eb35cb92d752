import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { botEditions } from '@/api/bots';
import type { Bot } from '@/api/types';
import { Notice } from '@/ui/states';
import { whenHere } from '@/lib/time';

/** Over a bot that is kept for what it did: since when, and which edition goes on in its place. */
export function PutAway({ bot }: { bot: Bot }) {
  const now = useQuery(botEditions(bot.id)).data?.find((one) => one.archived_ms === null);
  if (bot.archived_ms === null) return null;
  return (
    <Notice tone="warn">
      {now ? (
        <>
          <strong className="font-semibold">An earlier edition,</strong> with the settings until {whenHere(bot.archived_ms, bot.account)}.{' '}
          <Link to={`/bots/${now.bot_id}`} className="font-medium underline">
            It goes on as edition {now.edition}
          </Link>
        </>
      ) : (
        <>
          <strong className="font-semibold">It was put away</strong> {whenHere(bot.archived_ms, bot.account)}. What it did is kept.
        </>
      )}
    </Notice>
  );
}
