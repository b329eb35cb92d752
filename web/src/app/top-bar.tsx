import { CircleUser, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react';
import { Link, useNavigate } from 'react-router';

import { signOut } from '@/api/auth';
import { HaltButton } from '@/features/halt/halt-button';
import { useSession } from '@/lib/session';
import { useTheme, type Theme } from '@/lib/theme';
import { Button } from '@/ui/button';
import { LogoMark } from '@/ui/logo';
import { Menu, MenuItem, MenuLine } from '@/ui/menu';

import { Bell } from './bell';
import { FleetFigures } from './fleet-figures';

const THEMES: readonly { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
];

export function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-line bg-surface px-4 sm:px-6 lg:px-8">
      <Link to="/" aria-label="Botswain, to the dashboard" className="lg:hidden">
        <LogoMark />
      </Link>
      <FleetFigures />
      <div className="ml-auto flex items-center gap-1">
        <HaltButton />
        <Bell />
        <PersonMenu />
      </div>
    </header>
  );
}

function PersonMenu() {
  const name = useSession((session) => session.name);
  const { theme, choose } = useTheme();
  const navigate = useNavigate();
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={`${name ?? 'You'}: appearance, settings, sign out`}>
          <CircleUser className="size-5" aria-hidden />
        </Button>
      }
    >
      <p className="px-2.5 pt-1.5 pb-2 text-xs text-ink-3">
        Signed in as <span className="font-medium text-ink">{name}</span>
      </p>
      <MenuLine />
      {THEMES.map(({ value, label, icon: Icon }) => (
        <MenuItem key={value} onSelect={() => choose(value)}>
          <Icon aria-hidden />
          {label}
          {theme === value && <span className="ml-auto text-xs text-accent-text">on</span>}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={() => void navigate('/settings')}>
        <Settings aria-hidden />
        Settings
      </MenuItem>
      <MenuItem onSelect={() => void signOut().catch(() => undefined)}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  );
}
