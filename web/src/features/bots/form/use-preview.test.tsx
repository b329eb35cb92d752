// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Strategy } from '@/api/types';

import { settingsIn, usePreviewed } from './use-preview';
import { fieldNames } from './steps';
import { freshValues } from './values';

const strategy: Strategy = {
  name: 'grid',
  title: 'Grid',
  summary: '',
  help: '',
  symbols_most: 1,
  own: false,
  problem: '',
  sizings: ['percent'],
  parameters: [{ name: 'step', kind: 'number', default: 0.01, least: 0, most: 1, choices: [], help: '', fraction: true, section: '', depends: {} }],
};
const whole = { ...freshValues(strategy, 'account-1'), symbols: ['BTC/USDT'] };

afterEach(() => vi.unstubAllGlobals());

it('says for which fields nothing is drawn, by their labels and where they can be mended', () => {
  const { settings, lacks } = settingsIn({ ...whole, capital: 'much', parameters: { step: '101' }, limits: { ...whole.limits, max_daily_loss: 'x' } }, [strategy]);
  expect(settings).toBeNull();
  expect(lacks).toEqual([
    { label: 'Capital', said: '“much” is not a number', step: 1 },
    { label: 'Step', said: 'Between 0 % and 100 %', step: 2 },
    { label: 'Daily loss', said: '“x” is not a number', step: 3 },
  ]);
  expect(settingsIn(whole, [strategy])).toMatchObject({ lacks: [], settings: { capital: '1000' } });
});

it('knows what the server refuses of a step, and says the same where nothing is drawn', async () => {
  const refusal = { title: 'x', status: 422, detail: 'capital is much too large', code: 'bad', field: '/capital', errors: [] };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(refusal), { status: 422, headers: { 'content-type': 'application/problem+json' } })));
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  const { result } = renderHook(() => usePreviewed(whole, [strategy], undefined, fieldNames(whole)), { wrapper });
  await waitFor(() => expect(result.current.lacks).toEqual([{ label: 'Capital', said: 'Capital is much too large', step: 1 }]));
  expect(await result.current.refuses(whole, 1)).toBe('capital');
  expect(await result.current.refuses(whole, 2)).toBeNull();
});

it('holds nobody up who has no connection', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no way there')));
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
  const { result } = renderHook(() => usePreviewed(whole, [strategy], undefined, fieldNames(whole)), { wrapper });
  expect(await result.current.refuses(whole, 1)).toBeNull();
});
