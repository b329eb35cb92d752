import { Ellipsis } from 'lucide-react';
import { NavLink, useLocation, useNavigate } from 'react-router';

import { cx } from '@/ui/class-names';
import { Menu, MenuItem } from '@/ui/menu';

import { DAILY, SELDOM } from './nav';

const ITEM = 'flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-2xs font-medium -outline-offset-2';

/** The navigation where the side has no room: under the thumb. */
export function BottomBar() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const first = DAILY.slice(0, 4);
  const rest = [...DAILY.slice(4), ...SELDOM];
  const among = rest.some((place) => pathname.startsWith(place.to));
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden">
      {first.map(({ to, label, icon: Icon }) => (
        <NavLink key={to} to={to} end={to === '/'} className={({ isActive }) => cx(ITEM, isActive ? 'text-accent-text' : 'text-ink-3')}>
          <Icon className="size-5" strokeWidth={1.8} aria-hidden />
          {label}
        </NavLink>
      ))}
      <Menu
        trigger={
          <button type="button" className={cx(ITEM, among ? 'text-accent-text' : 'text-ink-3')}>
            <Ellipsis className="size-5" aria-hidden />
            More
          </button>
        }
      >
        {rest.map(({ to, label, icon: Icon }) => (
          <MenuItem key={to} onSelect={() => void navigate(to)}>
            <Icon aria-hidden />
            {label}
          </MenuItem>
        ))}
      </Menu>
    </nav>
  );
}
