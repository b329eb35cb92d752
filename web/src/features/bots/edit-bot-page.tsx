import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import { accountList } from '@/api/accounts';
import { oneBot, useChangeBot } from '@/api/bots';
import { strategyList } from '@/api/strategies';
import type { Account, Bot, Strategy } from '@/api/types';
import { Loaded } from '@/ui/loaded';
import { LoadedPage } from '@/ui/loaded-page';
import { Page } from '@/ui/page';
import { Notice } from '@/ui/states';

import { BotForm } from './form/bot-form';
import { settingsOf, valuesOf } from './form/values';
import { PutAway } from './put-away';

export function EditBotPage() {
  const { botId = '' } = useParams();
  const bot = useQuery(oneBot(botId));
  const strategies = useQuery(strategyList);
  const accounts = useQuery(accountList);
  return (
    <LoadedPage query={bot} noun="bot" back={{ to: '/bots', label: 'Bots' }} absent="The address may have a slip in it, or be one of another installation.">
      {(found) => (
        <Page title={`Change ${found.name}`} back={{ to: `/bots/${found.id}`, label: found.name }} about={`A change makes edition ${found.edition + 1}. What earlier ones did is kept.`}>
          <Loaded query={strategies}>
            {({ items }) => <Loaded query={accounts}>{(known) => <Form key={`${found.id}-${found.edition}`} bot={found} strategies={items} accounts={known.items} />}</Loaded>}
          </Loaded>
        </Page>
      )}
    </LoadedPage>
  );
}

function Form({ bot, strategies, accounts }: { bot: Bot; strategies: readonly Strategy[]; accounts: readonly Account[] }) {
  const change = useChangeBot(bot);
  const navigate = useNavigate();
  const stopped = bot.state === 'stopped' || bot.state === 'refused';
  if (bot.archived_ms !== null) return <PutAway bot={bot} />;
  return (
    <>
      {(!stopped || bot.open_positions > 0) && (
        <div className="mb-5">
          <Notice tone="warn">
            {stopped ? 'It still holds something.' : `It is ${bot.state}.`} Settings can be changed once it is stopped and holds nothing: stop it with “Flatten” on its page.
          </Notice>
        </div>
      )}
      <BotForm
        strategies={strategies}
        accounts={accounts}
        begin={valuesOf(bot, strategies.find((one) => one.name === bot.settings.strategy))}
        before={bot.settings}
        draft={`${bot.id}-${bot.edition}`}
        submitLabel="Save the settings"
        onSubmit={async (values, strategy) => {
          // Other settings are another edition, with a page of its own.
          const now = await change.mutateAsync({ name: values.name.trim(), settings: settingsOf(values, strategy, bot.settings) });
          toast.success('Saved');
          await navigate(`/bots/${now.id}`);
        }}
      />
    </>
  );
}
