import type { UseQueryResult } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';

import type { Instrument } from '@/api/types';
import { cx } from '@/ui/class-names';
import { boxLooks, type FieldWiring } from '@/ui/field';
import { Failed, Skeleton } from '@/ui/states';

const SHOWN = 24;

interface SymbolPickerProps {
  wiring: FieldWiring;
  value: readonly string[];
  onChange: (symbols: string[]) => void;
  most: number;
  instruments: UseQueryResult<{ items: Instrument[] }>;
}

/** Markets of the account: the usual ones at hand, any other by typing. */
export function SymbolPicker({ wiring, value, onChange, most, instruments }: SymbolPickerProps) {
  const [typed, setTyped] = useState('');
  const toggle = (symbol: string) => {
    if (value.includes(symbol)) onChange(value.filter((one) => one !== symbol));
    else onChange(most === 1 ? [symbol] : [...value, symbol].slice(-most));
    setTyped('');
  };
  const wanted = typed.trim().toUpperCase().replace('-', '/');
  const found = (instruments.data?.items ?? []).filter((one) => one.symbol.includes(wanted));
  if (instruments.isError) return <Failed error={instruments.error} retry={() => void instruments.refetch()} className="rounded-lg border border-line" />;
  return (
    <div>
      <input
        {...wiring}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          const first = found.find((one) => one.symbol === wanted) ?? found[0];
          if (first && wanted) toggle(first.symbol);
        }}
        autoComplete="off"
        spellCheck={false}
        placeholder={value.length ? 'Find another' : 'Find a market, such as BTC/USDT'}
        className={boxLooks()}
      />
      {instruments.isPending ? (
        <Skeleton className="mt-2 h-8 w-2/3" />
      ) : (
        <div className="mt-2 flex flex-wrap gap-1.5" role="group" aria-label="Markets">
          {[...value, ...found.map((one) => one.symbol).filter((symbol) => !value.includes(symbol)).slice(0, SHOWN)].map((symbol) => {
            const on = value.includes(symbol);
            return (
              <button
                key={symbol}
                type="button"
                aria-pressed={on}
                onClick={() => toggle(symbol)}
                className={cx(
                  'inline-flex h-7 items-center gap-1 rounded-full border px-2.5 text-xs font-medium transition-colors',
                  on ? 'border-accent bg-accent-soft text-accent-text' : 'border-line-strong text-ink-2 hover:bg-hover',
                )}
              >
                {symbol}
                {on && <X className="size-3" aria-hidden />}
              </button>
            );
          })}
          {found.length === 0 && <p className="text-xs text-ink-3">No market of that name is traded there.</p>}
        </div>
      )}
    </div>
  );
}
