import { useQuery } from '@tanstack/react-query';
import { Bot, Plus } from 'lucide-react';
import { Link } from 'react-router';

import { botList } from '@/api/bots';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Empty, Skeleton } from '@/ui/states';

import { AttentionCard } from './attention-card';
import { BotCard } from './bot-card';
import { crewShown } from './crew';
import { FleetCard } from './fleet-card';
import { LatestFillsCard } from './latest-fills-card';
import { MarketsCard } from './markets-card';
import { OpenPositionsCard } from './open-positions-card';

const BOTS_SHOWN = 12;

export function DashboardPage() {
  const { bots, shown } = useCrew();
  return (
    <Page
      title="Dashboard"
      actions={
        <Button asChild look="primary">
          <Link to="/bots/new">
            <Plus aria-hidden />
            New bot
          </Link>
        </Button>
      }
    >
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="min-w-0 space-y-4">
          <FleetCard />
          {/* Where there is one column, what needs attention comes before the bots. */}
          <div className="xl:hidden">
            <AttentionCard />
          </div>
          <section aria-labelledby="crew">
            <div className="mt-6 mb-3 flex items-baseline justify-between">
              <h2 id="crew" className="text-base font-semibold">
                Bots
              </h2>
              {bots.data?.total !== 0 && (
                <Link to="/bots" className="rounded text-sm text-accent-text hover:underline">
                  All {bots.data ? bots.data.total : ''} bots
                </Link>
              )}
            </div>
            <Loaded query={bots} waiting={<WaitingCards />}>
              {() =>
                shown.length === 0 ? (
                  <Card>
                    <Empty
                      icon={Bot}
                      title="No bot yet"
                      action={
                        <Button asChild look="primary">
                          <Link to="/bots/new">Make the first one</Link>
                        </Button>
                      }
                    >
                      It takes two minutes. The sandbox trades with no keys and no money of yours.
                    </Empty>
                  </Card>
                ) : (
                  <ul className="grid items-start gap-3 sm:grid-cols-2 2xl:grid-cols-3">
                    {shown.map((bot) => (
                      <li key={bot.id} className="min-w-0">
                        <BotCard bot={bot} />
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </section>
        </div>
        <div className="grid min-w-0 content-start gap-4 md:grid-cols-2 xl:grid-cols-1">
          <div className="hidden xl:block">
            <AttentionCard />
          </div>
          <MarketsCard />
          <OpenPositionsCard />
          <LatestFillsCard />
        </div>
      </div>
    </Page>
  );
}

/** The first of the bots; of a large crew those that run before those that do not. */
function useCrew() {
  const bots = useQuery(botList({ limit: BOTS_SHOWN }));
  const many = (bots.data?.total ?? 0) > BOTS_SHOWN;
  const running = useQuery({ ...botList({ limit: BOTS_SHOWN, state: 'running' }), enabled: many });
  const shown = crewShown((many && running.data?.items) || [], bots.data?.items ?? [], BOTS_SHOWN);
  return { bots, shown };
}

function WaitingCards() {
  return (
    <div className="grid gap-3 sm:grid-cols-2 2xl:grid-cols-3" role="status" aria-label="Loading bots">
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-36 rounded-xl" />
      ))}
    </div>
  );
}
