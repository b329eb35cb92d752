// By which model orders by the market fill worse: what is shown for each, and how it stands in the form.
import { z } from 'zod';

import type { NewBacktest } from '@/api/types';
import { signOf, typedDecimal } from '@/lib/decimal';

export type Slippage = NonNullable<NewBacktest['slippage']>;

export const MODELS: Record<Slippage['model'], { label: string; bps: string; help: string }> = {
  fixed: { label: 'Fixed', bps: 'Slippage', help: 'Every order by the market fills this much worse. 1 bps is 0.01 %.' },
  spread: { label: 'Half of a spread', bps: 'Spread', help: 'Between buying and selling price; an order pays half of it. 1 bps is 0.01 %.' },
  volatility: { label: 'Volatility', bps: 'At least', help: 'Added to a part of the range of closed candles. 1 bps is 0.01 %.' },
  impact: { label: 'Size of the order', bps: 'At least', help: 'Added to what its own size moves the price by, as the root of its part of the volume. 1 bps is 0.01 %.' },
};

/** What a factor is where nothing is said; 0: the model has none. */
export const FACTORS: Record<Slippage['model'], { usual: number; help: string }> = {
  fixed: { usual: 0, help: '' },
  spread: { usual: 0, help: '' },
  volatility: { usual: 0.1, help: 'The part of a candle’s mean true range; 0.1 if left empty.' },
  impact: { usual: 1, help: 'Times the move of prices over these candles; 1 if left empty.' },
};

/** As it stands in the form, where numbers are typed; empty is as usual. */
export interface SlippageFilled {
  model: Slippage['model'];
  factor: string;
  period: string;
  most_bps: string;
}

export const FIXED: SlippageFilled = { model: 'fixed', factor: '', period: '', most_bps: '' };

export const byCandles = (model: Slippage['model']) => FACTORS[model].usual > 0;

const typed = (text: string) => (signOf(text) === 0 ? '' : text);

export function slippageTyped(given: Slippage | undefined): SlippageFilled {
  if (!given) return FIXED;
  const { model, factor, period, most_bps } = given;
  return { model, factor: typed(factor), period: period ? String(period) : '', most_bps: typed(most_bps) };
}

/** What the model has no use for is not sent, whatever was typed before another one was chosen. */
export function slippageSent({ model, factor, period, most_bps }: SlippageFilled): Slippage {
  if (!byCandles(model)) return { model, factor: '0', period: 0, most_bps: '0' };
  return { model, factor: typedDecimal(factor) ?? '0', period: Number(period.trim()), most_bps: typedDecimal(most_bps) ?? '0' };
}

const orEmpty = (text: string) => !text.trim() || signOf(typedDecimal(text) ?? '-1') > 0;

export const slippageSchema = z
  .object({ model: z.enum(['fixed', 'spread', 'volatility', 'impact']), factor: z.string(), period: z.string(), most_bps: z.string() })
  .superRefine(({ model, factor, period, most_bps }, context) => {
    if (!byCandles(model)) return;
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!orEmpty(factor)) fault('factor', 'Write a number above zero, or leave it empty');
    if (!/^([1-9]\d*)?$/.test(period.trim())) fault('period', 'Write a whole number of candles, or leave it empty');
    if (!orEmpty(most_bps)) fault('most_bps', 'Write a number above zero, or leave it empty');
  });
