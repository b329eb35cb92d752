// A backtest's fields, named as the API names them.
import { z } from 'zod';

import type { Dataset, NewBacktest, Strategy } from '@/api/types';
import { fractionOfPercent, percentOfFraction, typedDecimal } from '@/lib/decimal';
import { fromLocalInput, localInput, timeframeMs } from '@/lib/time';
import { exitsSent, exitsTyped, type ExitsFilled } from '@/ui/settings/exits';
import { fallsSchema } from '@/ui/settings/falling';
import { rungsSchema } from '@/ui/settings/ladder';
import { EXITS, LIMITS, settingsSent, settingsTyped } from '@/ui/settings/limits';
import { parametersSchema, parametersSent, parametersTyped, type Typed } from '@/ui/settings/parameters';
import { positive, settingsSchema, sizingSchema, sizingSent, sizingTyped, type SizingFilled } from '@/ui/settings/schema';
import { checkWindow, FRESH_WINDOW, windowSent, windowTyped, type Windowed } from '@/ui/settings/window';

import { holdingSchema, holdingSent, holdingTyped, NO_HOLDING, NO_TAPE, tapeSchema, tapeSent, tapeTyped, type HoldingFilled, type TapeFilled } from './facts';
import { FIXED, slippageSchema, slippageSent, slippageTyped, type SlippageFilled } from './slippage';
import { freshWalk, variedIn, walkSchema, walkSent, walkTyped, type WalkFilled } from './walk';

export interface BacktestValues extends Windowed, ExitsFilled {
  strategy: string;
  /** One a symbol, all of one timeframe; the first says which. */
  dataset_ids: string[];
  capital: string;
  /** percent */
  fee: string;
  slippage_bps: string;
  slippage: SlippageFilled;
  shortable: boolean;
  holding: HoldingFilled;
  tape: TapeFilled;
  sizing: SizingFilled;
  parameters: Typed;
  limits: Record<string, string>;
  /** empty: the candles' own */
  timeframe: string;
  trading_frequency_s: string;
  start_ms: string;
  end_ms: string;
  walk: WalkFilled;
}

export function freshValues(strategy: Strategy | undefined, dataset: string): BacktestValues {
  return {
    strategy: strategy?.name ?? '',
    dataset_ids: dataset ? [dataset] : [],
    capital: '10000',
    fee: '0.1',
    slippage_bps: '1',
    slippage: FIXED,
    shortable: false,
    holding: NO_HOLDING,
    tape: NO_TAPE,
    sizing: { kind: 'percent', size: '100', compounding: true, odds: {}, period: '' },
    parameters: parametersTyped(strategy?.parameters ?? []),
    ...exitsTyped({}),
    limits: settingsTyped({}, LIMITS),
    timeframe: '',
    trading_frequency_s: '0',
    windowed: false,
    trading_window: FRESH_WINDOW,
    start_ms: '',
    end_ms: '',
    walk: freshWalk(strategy),
  };
}

export function valuesOf(request: NewBacktest, strategies: readonly Strategy[]): BacktestValues {
  const strategy = strategies.find((one) => one.name === request.strategy);
  return {
    strategy: request.strategy,
    dataset_ids: request.dataset_ids,
    capital: request.capital,
    fee: percentOfFraction(request.fee),
    slippage_bps: request.slippage_bps,
    slippage: slippageTyped(request.slippage),
    shortable: request.shortable,
    holding: holdingTyped(request.holding),
    tape: tapeTyped(request.tape),
    sizing: sizingTyped(request.sizing),
    parameters: parametersTyped(strategy?.parameters ?? [], request.parameters),
    ...exitsTyped(request.exits),
    limits: settingsTyped(request.limits, LIMITS),
    timeframe: request.timeframe ?? '',
    trading_frequency_s: String(request.trading_frequency_s),
    windowed: Boolean(request.trading_window),
    trading_window: windowTyped(request.trading_window ?? null),
    start_ms: localInput(request.start_ms ?? null),
    end_ms: localInput(request.end_ms ?? null),
    walk: walkTyped(request.walk, strategy),
  };
}

/** The data sets of some ids, in the order they were chosen. */
export function chosenOf(ids: readonly string[], datasets: readonly Dataset[]): Dataset[] {
  return ids.flatMap((id) => datasets.filter((one) => one.id === id));
}

/** What can stand beside those that are chosen: of another symbol each, and of the first one's timeframe. */
export function besideOf(chosen: readonly Dataset[], datasets: readonly Dataset[]): Dataset[] {
  const [first] = chosen;
  return datasets.filter((one) => first && one.timeframe === first.timeframe && !chosen.some((other) => other.symbol === one.symbol));
}

export function requestOf(values: BacktestValues, strategy: Strategy, datasets: readonly Dataset[]): NewBacktest {
  const tape = tapeSent(values.tape);
  // Of trades all candles are made, so that no others are asked for beside them.
  const dataset_ids = tape ? [] : values.dataset_ids;
  // What varies has no one value.
  const varied = variedIn(values.walk);
  return {
    strategy: values.strategy,
    dataset_ids,
    symbols: chosenOf(dataset_ids, datasets).map((one) => one.symbol),
    tape,
    parameters: parametersSent(strategy.parameters.filter(({ name }) => !varied.includes(name)), values.parameters),
    capital: typedDecimal(values.capital) ?? values.capital,
    fee: fractionOfPercent(typedDecimal(values.fee) ?? '0'),
    slippage_bps: typedDecimal(values.slippage_bps) ?? '0',
    slippage: slippageSent(values.slippage),
    shortable: values.shortable,
    holding: holdingSent(values.holding, { onTrades: tape !== null, shortable: values.shortable }),
    sizing: sizingSent(values.sizing),
    exits: exitsSent(values),
    limits: settingsSent(values.limits, LIMITS),
    timeframe: values.timeframe.trim() || null,
    trading_frequency_s: Number(typedDecimal(values.trading_frequency_s) ?? 0),
    trading_window: values.windowed ? windowSent(values.trading_window) : null,
    start_ms: fromLocalInput(values.start_ms),
    end_ms: fromLocalInput(values.end_ms),
    walk: walkSent(values.walk, strategy),
  };
}

const zeroOrMore = z.string().refine((typed) => !typedDecimal(typed)?.startsWith('-') && typedDecimal(typed) !== null, 'Write zero or more');

export function backtestSchema(strategy: Strategy | undefined) {
  return z
    .object({
      strategy: z.string().min(1, 'Choose a kind'),
      dataset_ids: z.array(z.string()),
      capital: positive('the capital'),
      fee: zeroOrMore,
      slippage_bps: zeroOrMore,
      slippage: slippageSchema,
      shortable: z.boolean(),
      holding: holdingSchema,
      tape: tapeSchema,
      sizing: sizingSchema,
      parameters: parametersSchema(strategy ?? { parameters: [] }),
      exits: settingsSchema(EXITS),
      falls: fallsSchema,
      rungs: rungsSchema,
      limits: settingsSchema(LIMITS),
      timeframe: z.string().refine((typed) => !typed.trim() || typed.trim() === 'tick' || timeframeMs(typed.trim()) !== null, 'Write a number and a unit, such as 1h'),
      trading_frequency_s: z.string().refine((typed) => /^\d{1,5}$/.test(typedDecimal(typed) ?? ''), 'Write whole seconds, or 0'),
      windowed: z.boolean(),
      trading_window: z.unknown(),
      start_ms: z.string(),
      end_ms: z.string(),
      walk: walkSchema(strategy),
    })
    .superRefine(({ dataset_ids, tape }, context) => {
      if (!tape.trades && dataset_ids.length === 0) context.addIssue({ code: 'custom', path: ['dataset_ids'], message: 'Choose candles' });
    })
    .superRefine(({ start_ms, end_ms }, context) => {
      const [start, end] = [fromLocalInput(start_ms), fromLocalInput(end_ms)];
      if (start !== null && end !== null && end <= start) context.addIssue({ code: 'custom', path: ['end_ms'], message: 'The end must be after the start' });
    })
    .superRefine(checkWindow);
}

export const FIELDS = ['strategy', 'dataset_ids', 'capital', 'fee', 'slippage_bps', 'shortable', 'timeframe', 'trading_frequency_s', 'trading_window', 'start_ms', 'end_ms'] as const;
