import { queryOptions } from '@tanstack/react-query';

import { api, data } from './client';
import { keys } from './keys';

export const strategyList = queryOptions({
  queryKey: keys.strategies,
  queryFn: ({ signal }) => data(api.GET('/api/v1/strategies', { params: { query: { limit: 1000 } }, signal })),
  staleTime: 300_000,
});
