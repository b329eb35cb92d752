// What is checked of settings before the server sees them; everything else is the server's to refuse.
import { z } from 'zod';

import type { Sizing } from '@/api/types';
import { fractionOfPercent, percentOfFraction, signOf, typedDecimal } from '@/lib/decimal';

import type { Setting } from './limits';

/** What is no number at all, and what is one of more digits than are taken. */
function noNumber(typed: string): string {
  const digits = /^[+]?[\d\s_,]*([.,]\d*)?$/.test(typed.trim()) && /\d/.test(typed);
  if (digits && typed.replace(/\D/g, '').length > 18) return 'That has too many digits: at most 30 before the point and 18 behind it';
  return `“${typed}” is not a number`;
}

export const positive = (what: string) =>
  z.string().superRefine((typed, context) => {
    const value = typedDecimal(typed);
    if (value === null) context.addIssue({ code: 'custom', message: typed.trim() ? noNumber(typed) : `Write ${what}` });
    else if (signOf(value) <= 0) context.addIssue({ code: 'custom', message: 'Write a number above zero' });
  });

const orEmpty = ({ measure }: Setting) =>
  z.string().superRefine((typed, context) => {
    if (!typed.trim()) return;
    const value = typedDecimal(typed);
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (value === null) fault(`“${typed}” is not a number`);
    else if (signOf(value) < 0) fault('Write a number above zero, or leave it empty');
    else if (measure === 'count' && value.includes('.')) fault('Write a whole number');
  });

export const settingsSchema = (table: readonly Setting[]) => z.object(Object.fromEntries(table.map((setting) => [setting.name, orEmpty(setting)])));

/** usual: the size to begin with, for what stands there was meant in another unit; empty: nobody knows. */
export const SIZINGS: Record<Sizing['kind'], { label: string; unit: string; usual: string; help: string }> = {
  percent: { label: 'Share of capital', unit: '%', usual: '100', help: 'How much of its capital its orders may use together.' },
  fixed: { label: 'Fixed quantity', unit: 'base', usual: '', help: 'The quantity of every order, in what is traded.' },
  fixed_quote: { label: 'Fixed amount', unit: 'quote', usual: '', help: 'What every order is worth, in the money it is paid with.' },
  kelly: { label: 'Kelly', unit: '%', usual: '50', help: 'How much of the Kelly fraction of these odds: 100 % is all of it, 50 % half.' },
  volatility: { label: 'Volatility', unit: '%', usual: '2', help: 'How much of its capital a position moves in a usual day.' },
  risk: { label: 'Risk per trade', unit: '%', usual: '1', help: 'How much of its capital may be lost to the stop-loss. Needs a stop-loss.' },
};

export const isShare = (kind: Sizing['kind']) => kind === 'percent' || kind === 'risk' || kind === 'kelly' || kind === 'volatility';

/** Candles that volatility is looked at over, where nothing is said. */
export const USUAL_PERIOD = 20;

const candles = z.string().refine((typed) => /^\d*$/.test(typed.trim()), 'Write a whole number of candles, or leave it empty');

export const sizingSchema = z.object({ kind: z.enum(['percent', 'fixed', 'fixed_quote', 'risk', 'kelly', 'volatility']), size: positive('how much'), compounding: z.boolean(), odds: z.record(z.string(), z.string()), period: candles });

export const ODDS: readonly { name: string; label: string; help: string }[] = [
  { name: 'win_rate', label: 'Win rate', help: 'How many of its trades win, as a fraction: 0.55.' },
  { name: 'payoff', label: 'Payoff', help: 'What a trade that wins gains for each unit that one loses which does not.' },
  { name: 'cap', label: 'At most', help: 'The largest share of its capital, as a fraction; 0.25 if left empty.' },
];

const filled = (odds: Record<string, string>) => Object.fromEntries(Object.entries(odds).filter(([, value]) => value.trim()));

/** As it stands in the form, where numbers are typed. */
export type SizingFilled = Omit<Sizing, 'period'> & { period: string };

export function sizingSent({ kind, size, compounding, odds, period }: SizingFilled): Sizing {
  const value = typedDecimal(size) ?? '0';
  return { kind, size: isShare(kind) ? fractionOfPercent(value) : value, compounding, odds: kind === 'kelly' ? filled(odds) : {}, period: kind === 'volatility' ? Number(period.trim()) : 0 };
}

export function sizingTyped({ kind, size, compounding, odds, period }: Sizing): SizingFilled {
  return { kind, size: isShare(kind) ? percentOfFraction(size) : size, compounding, odds: { ...odds }, period: period ? String(period) : '' };
}
