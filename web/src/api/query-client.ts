// The one place where server state lives.
import { QueryClient } from '@tanstack/react-query';

import { Problem } from './problem';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Live events keep what is shown fresh; a page that is opened again asks anyway after this long.
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (tries, error) => tries < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});
