import { ArrowLeftRight, Bot, FlaskConical, LayoutDashboard, Landmark, Layers, Settings, type LucideIcon } from 'lucide-react';

export interface Place {
  to: string;
  label: string;
  icon: LucideIcon;
}

export const DAILY: readonly Place[] = [
  { to: '/', label: 'Dashboard', icon: LayoutDashboard },
  { to: '/bots', label: 'Bots', icon: Bot },
  { to: '/positions', label: 'Positions', icon: Layers },
  { to: '/trades', label: 'Trades', icon: ArrowLeftRight },
  { to: '/backtests', label: 'Backtests', icon: FlaskConical },
];

export const SELDOM: readonly Place[] = [
  { to: '/venues', label: 'Venues', icon: Landmark },
  { to: '/settings', label: 'Settings', icon: Settings },
];

