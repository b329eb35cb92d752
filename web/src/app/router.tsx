import { createBrowserRouter } from 'react-router';

import { Guard } from './guard';
import { NotFound, PageFailed } from './not-found';
import { Shell } from './shell';

// Every page is fetched when it is opened first.
export const router = createBrowserRouter([
  { path: '/sign-in', lazy: async () => ({ Component: (await import('@/features/auth/sign-in-page')).SignInPage }), ErrorBoundary: PageFailed, HydrateFallback: () => null },
  {
    Component: Guard,
    HydrateFallback: () => null,
    ErrorBoundary: PageFailed,
    children: [
      {
        Component: Shell,
        children: [
          {
            ErrorBoundary: PageFailed,
            children: [
              { index: true, lazy: async () => ({ Component: (await import('@/features/dashboard/dashboard-page')).DashboardPage }) },
              { path: 'bots', lazy: async () => ({ Component: (await import('@/features/bots/bots-page')).BotsPage }) },
              { path: 'bots/new', lazy: async () => ({ Component: (await import('@/features/bots/new-bot-page')).NewBotPage }) },
              { path: 'bots/:botId', lazy: async () => ({ Component: (await import('@/features/bots/bot-page')).BotPage }) },
              { path: 'bots/:botId/edit', lazy: async () => ({ Component: (await import('@/features/bots/edit-bot-page')).EditBotPage }) },
              { path: 'backtests', lazy: async () => ({ Component: (await import('@/features/backtests/backtests-page')).BacktestsPage }) },
              { path: 'backtests/new', lazy: async () => ({ Component: (await import('@/features/backtests/new-backtest-page')).NewBacktestPage }) },
              { path: 'backtests/:jobId', lazy: async () => ({ Component: (await import('@/features/backtests/backtest-page')).BacktestPage }) },
              { path: 'trades', lazy: async () => ({ Component: (await import('@/features/trades/trades-page')).TradesPage }) },
              { path: 'positions', lazy: async () => ({ Component: (await import('@/features/positions/positions-page')).PositionsPage }) },
              { path: 'venues', lazy: async () => ({ Component: (await import('@/features/venues/venues-page')).VenuesPage }) },
              { path: 'settings', lazy: async () => ({ Component: (await import('@/features/settings/settings-page')).SettingsPage }) },
              { path: '*', Component: NotFound },
            ],
          },
        ],
      },
    ],
  },
]);
