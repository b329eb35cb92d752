import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, data } from './client';
import { keys } from './keys';
import type { Asked, Bot, BotSettings, NewBot, StopPolicy, WindowAsked } from './types';

export const botList = (query: Asked<'bots_listed'> = {}) =>
  queryOptions({
    queryKey: [...keys.botList, query],
    queryFn: ({ signal }) => data(api.GET('/api/v1/bots', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

/** What a filter needs of all bots. It stays the same while they trade, so no event has it asked for again. */
export const botChoices = queryOptions({
  queryKey: keys.botNames,
  queryFn: async ({ signal }) => {
    const { items } = await data(api.GET('/api/v1/bots', { params: { query: { limit: 1000 } }, signal }));
    return items.map(({ id, name, settings: { symbols } }) => ({ id, name, symbols }));
  },
});

export const oneBot = (bot_id: string) =>
  queryOptions({
    queryKey: keys.bot(bot_id),
    queryFn: ({ signal }) => data(api.GET('/api/v1/bots/{bot_id}', { params: { path: { bot_id } }, signal })),
  });

export const botEditions = (bot_id: string) =>
  queryOptions({
    queryKey: keys.editions(bot_id),
    queryFn: ({ signal }) => data(api.GET('/api/v1/bots/{bot_id}/editions', { params: { path: { bot_id } }, signal })),
  });

export const botPreview = (settings: BotSettings | null) =>
  queryOptions({
    queryKey: ['preview', settings],
    queryFn: ({ signal }) => data(api.POST('/api/v1/bots/preview', { body: settings as BotSettings, signal })),
    enabled: settings !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });

/** When a window would be open next; null: it is not whole. */
export const windowPreview = (asked: WindowAsked | null) =>
  queryOptions({
    queryKey: ['window-preview', asked],
    queryFn: ({ signal }) => data(api.POST('/api/v1/trading-windows/preview', { body: asked as WindowAsked, signal })),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });

/** The entity tag of the version that was seen: a change over somebody else's is refused. */
const matching = (version: number) => ({ 'if-match': `"${version}"` });

export type BotAction = { kind: 'start' | 'resume' } | { kind: 'pause' | 'flatten'; reason: string } | { kind: 'stop'; policy: StopPolicy };

function act(bot_id: string, action: BotAction): Promise<Bot> {
  const path = { params: { path: { bot_id } } };
  switch (action.kind) {
    case 'start':
      return data(api.POST('/api/v1/bots/{bot_id}/start', path));
    case 'resume':
      return data(api.POST('/api/v1/bots/{bot_id}/resume', path));
    case 'pause':
      return data(api.POST('/api/v1/bots/{bot_id}/pause', { ...path, body: { reason: action.reason } }));
    case 'flatten':
      return data(api.POST('/api/v1/bots/{bot_id}/flatten', { ...path, body: { reason: action.reason } }));
    case 'stop':
      return data(api.POST('/api/v1/bots/{bot_id}/stop', { ...path, body: { policy: action.policy } }));
  }
}

function useBotsChanged() {
  const cache = useQueryClient();
  return (bot?: Bot) => {
    if (bot) cache.setQueryData(oneBot(bot.id).queryKey, bot);
    void cache.invalidateQueries({ queryKey: keys.botList });
    void cache.invalidateQueries({ queryKey: keys.botNames });
    void cache.invalidateQueries({ queryKey: keys.summary });
    if (bot) void cache.invalidateQueries({ queryKey: keys.editions(bot.id) });
  };
}

export function useBotAction(botId: string) {
  const changed = useBotsChanged();
  const cache = useQueryClient();
  // What was refused may rest on what somebody did elsewhere meanwhile, and the page still shows what was before.
  const look = () => void cache.invalidateQueries({ queryKey: keys.bot(botId) });
  return useMutation({ mutationFn: (action: BotAction) => act(botId, action), onSuccess: changed, onError: look });
}

export function useMakeBot() {
  const changed = useBotsChanged();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewBot; key: string }) =>
      data(api.POST('/api/v1/bots', { body, params: { header: { 'idempotency-key': key } } })),
    onSuccess: changed,
  });
}

/** Other settings are another edition, which is another bot; the one before is put away. */
export function useChangeBot(bot: Bot) {
  const changed = useBotsChanged();
  const cache = useQueryClient();
  const look = () => Promise.all([keys.bot(bot.id), keys.editions(bot.id)].map((queryKey) => cache.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: (body: { name: string; settings: BotSettings }) =>
      data(api.PATCH('/api/v1/bots/{bot_id}', { params: { path: { bot_id: bot.id }, header: matching(bot.version) }, body })),
    onSuccess: changed,
    onSettled: () => void look(),
  });
}

export function useRemoveBot(bot: Bot) {
  const changed = useBotsChanged();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE('/api/v1/bots/{bot_id}', { params: { path: { bot_id: bot.id }, header: matching(bot.version) } });
    },
    onSuccess: () => changed(),
  });
}

