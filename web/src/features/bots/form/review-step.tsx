import type { Account, BotSettings } from '@/api/types';
import { SwitchField } from '@/ui/settings/fields';
import { EnvironmentBadge } from '@/ui/state-badge';
import { Notice } from '@/ui/states';

import { SettingsFacts } from '@/features/bots/settings-facts';

export function ReviewStep({ settings, name, account, quote, making }: { settings: BotSettings; name: string; account: Account | undefined; quote: string; making: boolean }) {
  return (
    <div className="space-y-6">
      <p className="flex items-center gap-3 text-lg font-semibold">
        {name} {account && <EnvironmentBadge environment={account.environment} />}
      </p>
      {account?.environment === 'live' && <Notice tone="warn">This bot trades with real money on {account.name}.</Notice>}
      <SettingsFacts settings={settings} quote={quote} account={account?.name} />
      {making && (
        <div className="border-t border-line pt-5">
          <SwitchField name="start" label="Start it at once" help="You can start and stop it on its page at any time." />
        </div>
      )}
    </div>
  );
}
