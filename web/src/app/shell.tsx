import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation, useNavigation, Link } from 'react-router';

import { HaltedBanner } from '@/features/halt/halted-banner';
import { ConnectionBanner } from '@/live/connection-banner';
import { useConnection } from '@/live/connection';
import { useLive } from '@/live/use-live';
import { zone, zoneShort } from '@/lib/time';
import { cx } from '@/ui/class-names';
import { Logo } from '@/ui/logo';

import { BottomBar } from './bottom-bar';
import { DAILY, SELDOM, type Place } from './nav';
import { TopBar } from './top-bar';

export function Shell() {
  useLive();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const opened = useRef(pathname);
  // A new page is begun at its top, for eyes and for screen readers.
  useEffect(() => {
    if (opened.current === pathname) return;
    opened.current = pathname;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a href="#content" className="sr-only rounded-lg bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50">
        Skip to the content
      </a>
      <aside className="hidden border-r border-line bg-surface lg:block">
        <div className="sticky top-0 flex h-dvh flex-col px-3 py-4">
        <Link to="/" className="mb-5 rounded-lg px-2" aria-label="Botswain, to the dashboard">
          <Logo />
        </Link>
        <nav aria-label="Main" className="flex flex-1 flex-col gap-0.5">
          {DAILY.map((place) => (
            <SideLink key={place.to} place={place} />
          ))}
          <span className="mx-2 my-3 h-px bg-line" />
          {SELDOM.map((place) => (
            <SideLink key={place.to} place={place} />
          ))}
        </nav>
          <Pulse />
        </div>
      </aside>
      <div className="flex min-w-0 flex-col pb-16 lg:pb-0">
        <ConnectionBanner />
        <HaltedBanner />
        <TopBar />
        <Progress />
        <main id="content" ref={main} tabIndex={-1} className="flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <BottomBar />
    </div>
  );
}

function SideLink({ place: { to, label, icon: Icon } }: { place: Place }) {
  return (
    <NavLink
      to={to}
      end={to === '/'}
      className={({ isActive }) =>
        cx(
          'flex h-9 items-center gap-3 rounded-lg px-2.5 text-sm font-medium transition-colors',
          isActive ? 'bg-accent-soft text-accent-text' : 'text-ink-2 hover:bg-hover hover:text-ink',
        )
      }
    >
      <Icon className="size-4.5 shrink-0" strokeWidth={1.8} aria-hidden />
      {label}
    </NavLink>
  );
}

/** Whether what is shown is live, and in which zone its times are. */
function Pulse() {
  const state = useConnection((connection) => connection.state);
  const up = state === 'up';
  return (
    <div className="space-y-1 px-2.5 text-xs text-ink-3">
      <p className="flex items-center gap-2">
        <span className={cx('size-1.5 rounded-full', up ? 'bg-up' : 'bg-warn')} aria-hidden />
        {up ? 'Live' : state === 'connecting' ? 'Connecting' : 'Not connected'}
      </p>
      <p title={zone}>Times in {zoneShort()}</p>
    </div>
  );
}

/** A hair at the top while a page is being fetched. */
function Progress() {
  const moving = useNavigation().state !== 'idle';
  const fetching = useIsFetching({ predicate: (query) => query.state.data === undefined }) > 0;
  return <div aria-hidden className={cx('h-0.5 bg-accent transition-opacity', moving || fetching ? 'animate-pulse-soft opacity-100' : 'opacity-0')} />;
}
