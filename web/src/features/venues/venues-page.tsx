import { useQuery } from '@tanstack/react-query';
import { KeyRound, Landmark, Plus } from 'lucide-react';
import { useState } from 'react';

import { accountList, useChangeAccount } from '@/api/accounts';
import type { Account } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { count, money, quantity } from '@/lib/format';
import { placeText } from '@/lib/place';
import { sentence } from '@/lib/words';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Confirm } from '@/ui/confirm';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { EnvironmentBadge } from '@/ui/state-badge';
import { Empty } from '@/ui/states';
import { When } from '@/ui/when';

import { AccountDialog } from './account-dialog';
import { KeyDialog } from './key-dialog';

type Asking = { kind: 'make' } | { kind: 'key' | 'revoke'; account: Account } | null;

export function VenuesPage() {
  const accounts = useQuery(accountList);
  const [asking, setAsking] = useState<Asking>(null);
  const change = useChangeAccount();
  const close = () => setAsking(null);
  const add = (
    <Button look="primary" onClick={() => setAsking({ kind: 'make' })}>
      <Plus aria-hidden />
      Add an account
    </Button>
  );
  return (
    <Page title="Venues" about="Accounts that bots trade on. A key is sealed the moment it arrives; only the gateway can open it, and nobody can read it here again." actions={add}>
      <Loaded query={accounts}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty icon={Landmark} title="No account yet" action={add}>
                Begin with the sandbox, an exchange inside Botswain, or with paper at real prices: neither needs a key.
              </Empty>
            </Card>
          ) : (
            <ul className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
              {items.map((account) => (
                <li key={account.id} className="min-w-0">
                  <AccountCard account={account} onKey={() => setAsking({ kind: 'key', account })} onRevoke={() => setAsking({ kind: 'revoke', account })} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {asking?.kind === 'make' && <AccountDialog onClose={close} />}
      {asking?.kind === 'key' && <KeyDialog account={asking.account} onClose={close} />}
      {asking?.kind === 'revoke' && (
        <Confirm
          open
          onClose={close}
          title={`Revoke the key of ${asking.account.name}?`}
          about={`Bots on this account (${asking.account.bots}) can send nothing any more, not even to close what they hold. Take the key back at ${sentence(asking.account.venue)} too.`}
          action="Revoke the key"
          danger
          onConfirm={() => change.mutateAsync({ kind: 'revoke', accountId: asking.account.id })}
        />
      )}
    </Page>
  );
}

function AccountCard({ account, onKey, onRevoke }: { account: Account; onKey: () => void; onRevoke: () => void }) {
  const keyless = account.environment === 'sandbox' || account.environment === 'paper';
  return (
    <Card>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate font-semibold">{account.name}</h2>
          <p className="text-sm text-ink-3">
            {placeText(account, account.paper?.market)}
          </p>
        </div>
        <EnvironmentBadge environment={account.environment} />
      </div>
      <div className="mt-4 flex items-center gap-2 text-sm">
        <Badge tone={account.ready ? 'up' : 'warn'} dot>
          {account.ready ? 'Ready' : 'Needs a key'}
        </Badge>
        <span className="text-ink-3">
          {count(account.bots)} {account.bots === 1 ? 'bot' : 'bots'}
        </span>
      </div>
      <div className="mt-4 border-t border-line pt-3">
        {account.key && (
          <div className="flex items-start gap-3 text-sm">
            <KeyRound className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{account.key.name}</p>
              <p className="truncate font-mono text-xs text-ink-3">{account.key.fingerprint}</p>
              <p className="text-xs text-ink-3">
                added <When ms={account.key.created_ms} />
              </p>
            </div>
          </div>
        )}
        {account.paper && <Holdings paper={account.paper} />}
        {!account.key && keyless && !account.paper && <p className="text-sm text-ink-3">{account.environment === 'sandbox' ? 'An exchange inside Botswain. It needs no key.' : 'Of a bot that botswain trade runs on files. It needs no key.'}</p>}
        {!account.key && !keyless && <p className="text-sm text-ink-3">Bots cannot trade on it before it has a key.</p>}
        {(!keyless || account.key) && (
          <div className="mt-3 flex gap-2">
            <Button size="sm" onClick={onKey}>
              {account.key ? 'Replace the key' : 'Add a key'}
            </Button>
            {account.key && (
              <Button size="sm" look="danger-outline" onClick={onRevoke}>
                Revoke
              </Button>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

/** What a paper account holds, and what it began with. */
function Holdings({ paper }: { paper: NonNullable<Account['paper']> }) {
  const held = Object.entries(paper.balances);
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {held.map(([asset, amount]) => (
          <div key={asset} className="contents">
            <dt className="text-ink-3">{asset}</dt>
            <dd className="num text-right">{quantity(amount)}</dd>
          </div>
        ))}
      </dl>
      {Object.entries(paper.charged)
        .filter(([, amount]) => signOf(amount) !== 0)
        .map(([asset, amount]) => (
          <p key={asset} className="mt-1 text-xs text-ink-2">
            {`Holding has ${signOf(amount) < 0 ? 'brought' : 'cost'} its bots ${money(amount.replace('-', ''), asset)} ${asset}. That is in their profit and not in the balance.`}
          </p>
        ))}
      <p className="mt-2 text-xs text-ink-3">
        Invented money. It began with{' '}
        {Object.entries(paper.start)
          .map(([asset, amount]) => `${quantity(amount)} ${asset}`)
          .join(', ')}
        .
      </p>
    </>
  );
}
