import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { Link } from 'react-router';

import { botEditions } from '@/api/bots';
import type { Bot } from '@/api/types';
import { paced } from '@/lib/time';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Loaded } from '@/ui/loaded';
import { When } from '@/ui/when';

import { SettingsFacts } from './settings-facts';

/** What it is set to, and what it was set to before. */
export function SettingsTab({ bot }: { bot: Bot }) {
  const editions = useQuery(botEditions(bot.id));
  return (
    <div className="space-y-6 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">
          {bot.archived_ms === null ? 'Now' : 'Then'} <span className="font-normal text-ink-3">edition {bot.edition}</span>
        </h3>
        {bot.archived_ms === null && (
          <Button asChild size="sm">
            <Link to={`/bots/${bot.id}/edit`}>
              <Pencil aria-hidden />
              Change
            </Link>
          </Button>
        )}
      </div>
      <SettingsFacts settings={bot.settings} quote={bot.quote} account={bot.account.name} />
      <section>
        <h3 className="mb-2 text-sm font-semibold">Editions</h3>
        <Loaded query={editions}>
          {(items) => (
            <ol className="divide-y divide-line">
              {items.map((one) => (
                <li key={one.edition}>
                  <details className="group py-2">
                    <summary className="flex cursor-pointer items-baseline gap-3 rounded text-sm">
                      <span className="font-medium">Edition {one.edition}</span>
                      <span className="text-ink-3">
                        from <When ms={one.created_ms} here={paced(bot.account)} /> {one.archived_ms !== null && <>to <When ms={one.archived_ms} here={paced(bot.account)} /></>}
                      </span>
                      {one.archived_ms === null && <Badge tone="accent">now</Badge>}
                    </summary>
                    <div className="pt-3 pb-2">
                      <SettingsFacts settings={one.settings} quote={bot.quote} />
                      {one.bot_id !== bot.id && (
                        <Link to={`/bots/${one.bot_id}`} className="mt-4 inline-block rounded text-sm font-medium text-accent-text hover:underline">
                          What it did as edition {one.edition}
                        </Link>
                      )}
                    </div>
                  </details>
                </li>
              ))}
            </ol>
          )}
        </Loaded>
      </section>
    </div>
  );
}
