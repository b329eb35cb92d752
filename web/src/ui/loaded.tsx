import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { Failed, SkeletonRows } from './states';

interface LoadedProps<Data> {
  query: UseQueryResult<Data>;
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** What a query brings; old data stays while newer is asked for, and an error shows only where there is nothing else. */
export function Loaded<Data>({ query, waiting, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return waiting ?? <SkeletonRows />;
}
