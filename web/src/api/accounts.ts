import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, data, freshKey } from './client';
import { keys } from './keys';
import type { Account, NewAccount, NewKey } from './types';

export const accountList = queryOptions({
  queryKey: keys.accounts,
  queryFn: ({ signal }) => data(api.GET('/api/v1/accounts', { params: { query: { limit: 1000 } }, signal })),
});

/** Whether bots of this page's making can trade on it: paper on files is botswain trade's own. */
export const isTradable = (account: Account): boolean => account.ready && (account.environment !== 'paper' || account.paper !== null);

export const instrumentList = (account_id: string) =>
  queryOptions({
    queryKey: [...keys.accounts, account_id, 'instruments'],
    queryFn: ({ signal }) =>
      data(api.GET('/api/v1/accounts/{account_id}/instruments', { params: { path: { account_id }, query: { limit: 1000 } }, signal })),
    enabled: account_id !== '',
    staleTime: 300_000,
  });

export type AccountChange =
  | { kind: 'make'; body: NewAccount }
  | { kind: 'key'; accountId: string; body: NewKey }
  | { kind: 'revoke'; accountId: string };

function change(asked: AccountChange) {
  switch (asked.kind) {
    case 'make':
      return data(api.POST('/api/v1/accounts', { body: asked.body, params: { header: { 'idempotency-key': freshKey() } } }));
    case 'key':
      return data(api.PUT('/api/v1/accounts/{account_id}/key', { params: { path: { account_id: asked.accountId } }, body: asked.body }));
    case 'revoke':
      return data(api.DELETE('/api/v1/accounts/{account_id}/key', { params: { path: { account_id: asked.accountId } } }));
  }
}

export function useChangeAccount() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => cache.invalidateQueries({ queryKey: keys.accounts }) });
}
