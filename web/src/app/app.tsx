import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { Toaster } from 'sonner';

import { queryClient } from '@/api/query-client';
import { hearTabs } from '@/api/tabs';
import { useTheme } from '@/lib/theme';
import { TipProvider } from '@/ui/tip';

import { router } from './router';

export function App() {
  const shown = useTheme((state) => state.shown);
  useEffect(() => hearTabs(), []);
  return (
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <RouterProvider router={router} />
        {/* Beneath the bar and a banner: what halts everything, and lifts that, is never covered. */}
        {/* below, where no page has buttons: at the top it lay over those that start and stop a bot */}
        <Toaster theme={shown} position="bottom-right" closeButton gap={8} offset={{ bottom: '1.5rem', right: '1.5rem' }} mobileOffset={{ bottom: '5.5rem' }} toastOptions={{ className: 'font-sans' }} />
      </TipProvider>
    </QueryClientProvider>
  );
}
