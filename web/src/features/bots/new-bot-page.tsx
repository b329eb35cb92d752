import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';

import { accountList, isTradable } from '@/api/accounts';
import { useMakeBot } from '@/api/bots';
import { freshKey } from '@/api/client';
import { strategyList } from '@/api/strategies';
import { Page } from '@/ui/page';
import { Loaded } from '@/ui/loaded';

import { BotForm } from './form/bot-form';
import { freshValues, newBotOf } from './form/values';

export function NewBotPage() {
  const strategies = useQuery(strategyList);
  const accounts = useQuery(accountList);
  const make = useMakeBot();
  const navigate = useNavigate();
  // One key for one set of settings: sent twice, they still make one bot.
  const keys = useRef(new Map<string, string>());
  return (
    <Page title="New bot" back={{ to: '/bots', label: 'Bots' }} about="Six short steps. Nothing trades before you say so.">
      <Loaded query={strategies}>
        {({ items }) => (
          <Loaded query={accounts}>
            {(known) => (
              <BotForm
                strategies={items}
                accounts={known.items}
                begin={freshValues(items[0], known.items.find(isTradable)?.id ?? known.items[0]?.id ?? '')}
                draft="new"
                submitLabel="Make the bot"
                onSubmit={async (values, strategy) => {
                  const body = newBotOf(values, strategy);
                  const text = JSON.stringify(body);
                  const key = keys.current.get(text) ?? freshKey();
                  keys.current.set(text, key);
                  const bot = await make.mutateAsync({ body, key });
                  toast.success(body.start ? `${bot.name} is starting` : `${bot.name} is made`);
                  await navigate(`/bots/${bot.id}`);
                }}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}
