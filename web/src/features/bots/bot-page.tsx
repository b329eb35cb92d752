import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { oneBot } from '@/api/bots';
import type { Bot } from '@/api/types';
import { useFilters } from '@/lib/use-filters';
import { words } from '@/lib/words';
import { Badge } from '@/ui/badge';
import { Card } from '@/ui/card';
import { LoadedPage } from '@/ui/loaded-page';
import { Page } from '@/ui/page';
import { BotStateBadge, EnvironmentBadge } from '@/ui/state-badge';
import { Notice, Skeleton } from '@/ui/states';
import { Tabs } from '@/ui/tabs';
import { when, whenHere } from '@/lib/time';

import { BotActions } from './bot-actions';
import { BotChartCard } from './bot-chart-card';
import { BotFigures } from './bot-figures';
import { DecisionsTab } from './decisions-tab';
import { FillsTab } from './fills-tab';
import { OrdersTab } from './orders-tab';
import { PutAway } from './put-away';
import { RoundTripsTab } from './round-trips-tab';
import { SettingsTab } from './settings-tab';

const BACK = { to: '/bots', label: 'Bots' };

export function BotPage() {
  const { botId = '' } = useParams();
  const bot = useQuery(oneBot(botId));
  return (
    <LoadedPage
      query={bot}
      noun="bot"
      back={BACK}
      absent="The address may have a slip in it, or be one of another installation. A bot that was put away keeps its page."
      waiting={
        <Page title="Bot" back={BACK} heading={<Skeleton className="h-7 w-48" />}>
          <Skeleton className="h-96 rounded-xl" />
        </Page>
      }
    >
      {(found) => <Shown key={found.id} bot={found} />}
    </LoadedPage>
  );
}

function Shown({ bot }: { bot: Bot }) {
  return (
    <Page
      title={bot.name}
      back={BACK}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {bot.name}
          {bot.archived_ms === null ? <BotStateBadge bot={bot} /> : <Badge>Put away</Badge>}
          <EnvironmentBadge environment={bot.account.environment} />
        </span>
      }
      about={`${bot.settings.symbols.join(', ')}, ${bot.settings.timeframe} candles, ${words(bot.settings.strategy)} on ${bot.account.name}`}
      actions={bot.archived_ms === null && <BotActions bot={bot} />}
    >
      <Warnings bot={bot} />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <BotChartCard bot={bot} />
        <BotFigures bot={bot} />
      </div>
      <BotTabs bot={bot} />
    </Page>
  );
}

function Warnings({ bot }: { bot: Bot }) {
  const { halt, blocked } = bot;
  if (!halt && bot.attention.length === 0 && bot.archived_ms === null) return null;
  return (
    <div className="mb-4 space-y-2">
      <PutAway bot={bot} />
      {bot.halt && (
        <Notice tone={bot.state === 'halted' ? 'down' : 'warn'}>
          <strong className="font-semibold">It opens nothing.</strong> {bot.halt.reason}, since {whenHere(bot.halt.at_ms, bot.account)}, by {bot.halt.by}.{!bot.halt.can_resume && ' It cannot be resumed by hand.'}
        </Notice>
      )}
      {blocked && (
        <Notice tone="warn">
          <strong className="font-semibold">It opens nothing,</strong> since {when(blocked.since_ms)}
          {blocked.until_ms !== null && ` until ${when(blocked.until_ms)}`}. {blocked.message}.
        </Notice>
      )}
      {bot.attention
        .filter((one) => one.code !== 'halted' && one.code !== blocked?.code)
        .map((one) => (
          <Notice key={one.code} tone="warn">
            {one.message}
          </Notice>
        ))}
    </div>
  );
}

function BotTabs({ bot }: { bot: Bot }) {
  const { values, change } = useFilters(['tab']);
  return (
    <Card flush className="mt-4">
      <Tabs
        label="More of this bot"
        value={values.tab ?? 'why'}
        onChange={(tab) => change({ tab: tab === 'why' ? '' : tab })}
        tabs={[
          { value: 'why', label: 'Why', content: <DecisionsTab bot={bot} /> },
          { value: 'orders', label: 'Orders', content: <OrdersTab bot={bot} /> },
          { value: 'fills', label: 'Trades', content: <FillsTab bot={bot} /> },
          { value: 'trips', label: 'Round trips', content: <RoundTripsTab bot={bot} /> },
          { value: 'settings', label: 'Settings', content: <SettingsTab bot={bot} /> },
        ]}
      />
    </Card>
  );
}
