import { TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';

import type { Bot } from '@/api/types';
import { Sparkline } from '@/charts/sparkline';
import { money } from '@/lib/format';
import { sentence } from '@/lib/words';
import { Profit } from '@/ui/profit';
import { BotStateBadge } from '@/ui/state-badge';

export function BotCard({ bot }: { bot: Bot }) {
  const note = bot.halt?.reason ?? bot.attention[0]?.message;
  return (
    <article className="relative flex flex-col rounded-xl border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-line-strong">
      {/* Where a name and its badges have no room beside each other, the badges come beneath. */}
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-auto basis-44">
          <h3 className="truncate font-semibold" title={bot.name}>
            <Link to={`/bots/${bot.id}`} className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none">
              {bot.name}
            </Link>
          </h3>
          <p className="mt-0.5 line-clamp-2 text-xs text-ink-3">
            {bot.settings.symbols.join(', ')} · {sentence(bot.settings.strategy)} · {sentence(bot.account.environment)}
          </p>
        </div>
        <BotStateBadge bot={bot} className="" />
      </div>
      <div className="mt-3 flex items-end justify-between gap-4">
        <div className="min-w-0">
          <p className="text-base font-semibold">
            <Profit value={bot.profit} asset={bot.quote} fraction={bot.profit_fraction} />
          </p>
          <p className="num mt-0.5 text-xs text-ink-3">
            {bot.equity === null ? 'has not run yet' : `${money(bot.equity, bot.quote)} ${bot.quote}`}
          </p>
        </div>
        <Sparkline values={bot.sparkline} base={Number(bot.settings.capital)} className="h-9 w-28 shrink-0" />
      </div>
      {note && (
        <p className="mt-3 flex gap-1.5 border-t border-line pt-2.5 text-xs text-warn">
          <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
          <span className="line-clamp-2">{note}</span>
        </p>
      )}
    </article>
  );
}
