// The guided form's fields, named as the API names them, so that a problem's pointer finds its field by itself.
import type { Bot, BotSettings, NewBot, Strategy, StopPolicy } from '@/api/types';
import { typedDecimal } from '@/lib/decimal';
import { exitsSent, exitsTyped, type ExitsFilled } from '@/ui/settings/exits';
import { LIMITS, settingsSent, settingsTyped } from '@/ui/settings/limits';
import { parametersSent, parametersTyped, type Typed } from '@/ui/settings/parameters';
import { sizingSent, sizingTyped, type SizingFilled } from '@/ui/settings/schema';
import { FRESH_WINDOW, windowSent, windowTyped, type Windowed } from '@/ui/settings/window';

import { FREE, holdingSent, holdingTyped, type HoldingFilled } from './holding';

export interface BotValues extends Windowed, ExitsFilled {
  name: string;
  strategy: string;
  account_id: string;
  symbols: string[];
  timeframe: string;
  capital: string;
  sizing: SizingFilled;
  parameters: Typed;
  limits: Record<string, string>;
  on_stop: StopPolicy;
  react: BotSettings['react'];
  trading_frequency_s: string;
  holding: HoldingFilled;
  start: boolean;
}

export const TIMEFRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '4h', '1d'] as const;

export function freshValues(strategy: Strategy | undefined, accountId: string): BotValues {
  return {
    name: '',
    strategy: strategy?.name ?? '',
    account_id: accountId,
    symbols: [],
    timeframe: '1m',
    capital: '1000',
    sizing: { kind: 'percent', size: '100', compounding: true, odds: {}, period: '' },
    parameters: parametersTyped(strategy?.parameters ?? []),
    ...exitsTyped({}),
    limits: settingsTyped({ max_daily_loss: '0.05' }, LIMITS),
    on_stop: 'cancel_entries',
    react: 'at_once',
    trading_frequency_s: '0',
    windowed: false,
    trading_window: FRESH_WINDOW,
    holding: FREE,
    start: true,
  };
}

export function valuesOf(bot: Bot, strategy: Strategy | undefined): BotValues {
  const { settings } = bot;
  return {
    name: bot.name,
    strategy: settings.strategy,
    account_id: settings.account_id,
    symbols: settings.symbols,
    timeframe: settings.timeframe,
    capital: settings.capital,
    sizing: sizingTyped(settings.sizing),
    parameters: parametersTyped(strategy?.parameters ?? [], settings.parameters),
    ...exitsTyped(settings.exits),
    limits: settingsTyped(settings.limits, LIMITS),
    on_stop: settings.on_stop,
    react: settings.react,
    trading_frequency_s: String(settings.trading_frequency_s),
    windowed: Boolean(settings.trading_window),
    trading_window: windowTyped(settings.trading_window),
    holding: holdingTyped(settings.holding),
    start: false,
  };
}

/** Settings to be sent. `before`: what they were; what has no field here is carried over from it. */
export function settingsOf(values: BotValues, strategy: Strategy, before?: BotSettings): BotSettings {
  return {
    strategy: values.strategy,
    account_id: values.account_id,
    symbols: values.symbols,
    timeframe: values.timeframe,
    capital: typedDecimal(values.capital) ?? values.capital,
    sizing: sizingSent(values.sizing),
    parameters: parametersSent(strategy.parameters, values.parameters),
    exits: exitsSent(values, before?.exits),
    limits: settingsSent(values.limits, LIMITS, before?.limits),
    on_stop: values.on_stop,
    react: values.react,
    trading_frequency_s: Number(typedDecimal(values.trading_frequency_s) ?? 0),
    trading_window: values.windowed ? windowSent(values.trading_window, before?.trading_window) : null,
    holding: holdingSent(values.holding, before?.holding),
  };
}

export function newBotOf(values: BotValues, strategy: Strategy): NewBot {
  return { ...settingsOf(values, strategy), name: values.name.trim(), start: values.start };
}
