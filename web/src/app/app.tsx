import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { Toaster } from 'sonner';

import { queryClient } from '@/api/query-client';
import { useTheme } from '@/lib/theme';
import { TipProvider } from '@/ui/tip';

import { router } from './router';

export function App() {
  const shown = useTheme((state) => state.shown);
  return (
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <RouterProvider router={router} />
        <Toaster theme={shown} position="top-right" closeButton gap={8} toastOptions={{ className: 'font-sans' }} />
      </TipProvider>
    </QueryClientProvider>
  );
}
