import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';

import { health } from '@/api/fleet';
import { zone, zoneShort } from '@/lib/time';
import { useTheme, type Theme } from '@/lib/theme';
import { sentence } from '@/lib/words';
import { Card } from '@/ui/card';
import { Segments } from '@/ui/choice';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Facts } from '@/ui/stat';

import { PasswordForm } from './password-form';

const THEMES: { value: Theme; label: ReactNode }[] = [
  { value: 'system', label: <><Monitor aria-hidden /> As the system</> },
  { value: 'light', label: <><Sun aria-hidden /> Light</> },
  { value: 'dark', label: <><Moon aria-hidden /> Dark</> },
];

export function SettingsPage() {
  const { theme, choose } = useTheme();
  return (
    <Page title="Settings">
      <div className="grid max-w-4xl gap-4 lg:grid-cols-2">
        <Card title="Appearance">
          <Segments label="Appearance" value={theme} onChange={choose} options={THEMES} className="w-full" />
          <p className="mt-3 text-xs text-ink-3">Remembered in this browser.</p>
          <div className="mt-5">
            <Facts
              rows={[
                ['Time zone', `${zone} (${zoneShort()})`],
                ['“Today” begins', 'at midnight UTC'],
              ]}
            />
          </div>
        </Card>
        <Card title="Password">
          <PasswordForm />
        </Card>
        <HealthCard />
        <Card title="About">
          <p className="text-sm text-ink-2">Botswain runs crews of trading bots. Every decision is written down before it is carried out.</p>
          <p className="mt-3 text-xs text-ink-3">
            Price charts are drawn with Lightweight Charts™, copyright (c) TradingView, Inc.{' '}
            <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer" className="rounded text-accent-text underline">
              www.tradingview.com
            </a>
          </p>
        </Card>
      </div>
    </Page>
  );
}

function HealthCard() {
  const state = useQuery(health);
  return (
    <Card title="Health">
      <Loaded query={state}>
        {({ parts, version }) => (
          <>
            <ul className="divide-y divide-line text-sm">
              {parts.map((part) => (
                <li key={part.name} className="flex items-start gap-3 py-2 first:pt-0">
                  {part.ok ? <CircleCheck className="mt-0.5 size-4 shrink-0 text-up" aria-label="well" role="img" /> : <CircleAlert className="mt-0.5 size-4 shrink-0 text-down" aria-label="not well" role="img" />}
                  <span className="font-medium">{sentence(part.name)}</span>
                  <span className={part.ok ? 'ml-auto text-right text-ink-3' : 'text-ink-2'}>{part.detail}</span>
                </li>
              ))}
            </ul>
            <p className="mt-3 text-xs text-ink-3">Version {version}</p>
          </>
        )}
      </Loaded>
    </Card>
  );
}
