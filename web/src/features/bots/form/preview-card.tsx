import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { accountCandles } from '@/api/candles';
import { botPreview } from '@/api/bots';
import type { Account, BotSettings, Preview } from '@/api/types';
import { CandleChart, type ChartLine } from '@/charts/lazy';
import { lastPrice } from '@/api/fleet';
import { price } from '@/lib/format';
import { Card } from '@/ui/card';
import { cx } from '@/ui/class-names';
import { Notice, Skeleton } from '@/ui/states';
import { Facts } from '@/ui/stat';
import { asTyped } from '@/ui/settings/said';

import { STEPS } from './steps';
import type { Lack } from './use-preview';

type Rung = Preview['rungs'][number];

interface PreviewCardProps {
  /** null while they are not whole */
  settings: BotSettings | null;
  /** why there is nothing to draw */
  lacks: readonly Lack[];
  /** the step that is shown, and how to go to another one */
  at: number;
  onGo: (step: number) => void;
  account: Account | undefined;
  symbol: string;
  timeframe: string;
  /** the form's fields, by whose labels warnings are told */
  known: readonly string[];
}

/** What the settings would come to, drawn on the market they are for. */
export function PreviewCard({ settings, lacks, at, onGo, account, symbol, timeframe, known }: PreviewCardProps) {
  const candles = useQuery(accountCandles(account?.id ?? '', symbol, timeframe));
  const preview = useQuery(botPreview(settings));
  const told = useQuery(lastPrice(account, symbol, timeframe));
  const rungs = settings ? preview.data?.rungs : undefined;
  const planned = settings ? preview.data?.lines : undefined;
  const lines = useMemo(() => drawn(rungs ?? [], planned ?? []), [rungs, planned]);
  const found = settings ? preview.data : undefined;
  return (
    <Card flush title="Preview" aside={symbol && <span className="text-xs text-ink-3">{`${symbol}, ${timeframe}`}</span>}>
      {!symbol && <p className="px-4 pb-3 text-sm text-ink-3">Choose an account and a market to see the price here, and the orders that a bot would lay.</p>}
      {symbol && candles.data && <CandleChart key={`${symbol}-${timeframe}`} className={cx('h-72 w-full transition-opacity', preview.isFetching && 'opacity-70')} candles={candles.data} live={told.data?.candle ?? null} lines={lines} fitLines />}
      {symbol && candles.isPending && <Skeleton className="mx-4 h-72" />}
      {symbol && candles.isError && <p className="px-4 pb-3 text-sm text-ink-3">There are no candles of {symbol} to show.</p>}
      <div className="space-y-3 px-4 pt-2 pb-3">
        {symbol && <Lacks lacks={lacks} at={at} onGo={onGo} />}
        {found?.warnings.map((warning) => (
          <Notice key={warning} tone="warn">
            {asTyped(warning, known)}
          </Notice>
        ))}
        {found && rungs && (rungs.length > 0 || found.facts.length > 0) && (
          <Facts
            rows={[
              ['Last price', price(found.price)],
              ...(rungs.length > 0 ? [['Orders to begin with', beginning(rungs, found.price)] as const] : []),
              ...found.facts.map(({ name, text }) => [name, text] as const),
            ]}
          />
        )}
      </div>
    </Card>
  );
}

function Lacks({ lacks, at, onGo }: Pick<PreviewCardProps, 'lacks' | 'at' | 'onGo'>) {
  if (lacks.length === 0) return null;
  return (
    <div role="status" className="text-sm text-ink-2">
      <p>No orders are drawn until this is mended:</p>
      <ul className="mt-1.5 space-y-1.5 text-xs">
        {lacks.map(({ label, said, step }) => (
          <li key={label} className="wrap-anywhere">
            <span className="font-medium">{label}</span>
            {step >= 0 && step !== at && (
              <>
                {' ('}
                <button type="button" onClick={() => onGo(step)} className="font-medium text-accent-text underline">
                  {STEPS[step]!.label}
                </button>
                {')'}
              </>
            )}
            : {said}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first orders, those that are alike as one line, and what is planned where none stands yet. */
function drawn(rungs: readonly Rung[], planned: Preview['lines']): ChartLine[] {
  const taken = new Set(rungs.map((one) => Number(one.price)));
  const alike = new Map<string, Rung[]>();
  for (const one of rungs) alike.set(`${one.side} ${one.price}`, [...(alike.get(`${one.side} ${one.price}`) ?? []), one]);
  return [
    ...[...alike.values()].map((some) => ({ price: Number(some[0]!.price), side: some[0]!.side, label: some.length > 1 ? `${some.length} × ${some[0]!.side}` : some[0]!.side })),
    ...planned.filter((line) => !taken.has(Number(line.price))).map((line) => ({ price: Number(line.price), side: line.side ?? ('neutral' as const), label: line.label, dashed: true })),
  ];
}

/** What is bought or sold at the price there is goes out at once; the rest waits in the market. */
function beginning(rungs: readonly Rung[], last: string | null): string {
  const waiting = rungs.filter((one) => last === null || Number(one.price) !== Number(last));
  const side = (which: Rung['side']) => waiting.filter((one) => one.side === which).length;
  const atOnce = rungs.length - waiting.length;
  const parts = [[atOnce, 'at once'], [side('buy'), 'to buy'], [side('sell'), 'to sell']] as const;
  return parts.flatMap(([count, said]) => (count ? [`${count} ${said}`] : [])).join(', ');
}
