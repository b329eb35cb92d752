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
        <Toaster theme={shown} position="top-right" closeButton gap={8} offset={{ top: '7rem', right: '1.5rem' }} mobileOffset={{ top: '7rem' }} toastOptions={{ className: 'font-sans' }} />
      </TipProvider>
    </QueryClientProvider>
  );
}
