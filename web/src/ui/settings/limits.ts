// Exits and limits that a person can set: how each is typed, and how the API wants it. Percents are typed, fractions
// are sent; minutes are typed, milliseconds are sent.
import { fractionOfPercent, percentOfFraction, shifted, typedDecimal } from '@/lib/decimal';

export type Measure = 'percent' | 'count' | 'minutes';

export interface Setting {
  name: string;
  label: string;
  measure: Measure;
  help: string;
  /** What holds where nothing is typed; else that it is off. */
  empty?: string;
}

export interface SettingGroup {
  title: string;
  table: readonly Setting[];
}

/** What a position is sold at first of all; always in sight. */
export const PLAIN_EXITS: readonly Setting[] = [
  { name: 'stop_loss', label: 'Stop-loss', measure: 'percent', help: 'Sell when the price is this far below the average entry.' },
  { name: 'take_profit', label: 'Take-profit', measure: 'percent', help: 'Sell when the price is this far above the average entry.' },
];

/** The other exits, those that belong together beside each other. */
export const EXIT_GROUPS: readonly SettingGroup[] = [
  {
    title: 'Trailing stop',
    table: [
      { name: 'trailing_stop', label: 'Trailing stop', measure: 'percent', help: 'Sell when the price falls this far from its best since the entry.' },
      { name: 'trailing_activation', label: 'Trail from', measure: 'percent', help: 'The trailing stop begins once the price has gained this much.' },
    ],
  },
  {
    title: 'Break-even',
    table: [
      { name: 'break_even', label: 'Break-even at', measure: 'percent', help: 'Move the stop to the average entry once the price has gained this much.' },
      { name: 'break_even_offset', label: 'Break-even offset', measure: 'percent', help: 'How far beyond the entry that stop stands, to pay the fees.' },
    ],
  },
  {
    title: 'Age',
    table: [
      { name: 'time_candles', label: 'Oldest, in candles', measure: 'count', help: 'Close a position at the market when so many candles have closed since it was opened.' },
      { name: 'time_minutes', label: 'Oldest, in minutes', measure: 'count', help: 'Close a position at the market when it is so many minutes old.' },
    ],
  },
];

export const EXITS: readonly Setting[] = [...PLAIN_EXITS, ...EXIT_GROUPS.flatMap(({ table }) => table)];

/** Limits by what they hold against, in the order that a form has them. */
export const LIMIT_GROUPS: readonly SettingGroup[] = [
  {
    title: 'Losses',
    table: [
      { name: 'max_daily_loss', label: 'Daily loss', measure: 'percent', help: 'Opens nothing more until the next day after losing this much of the day’s start.' },
      { name: 'max_weekly_loss', label: 'Weekly loss', measure: 'percent', help: 'Opens nothing more until the next Monday after losing this much of the week’s start.' },
      { name: 'max_drawdown', label: 'Drawdown', measure: 'percent', help: 'Opens nothing more, for good, after falling this far from its highest equity.' },
      { name: 'max_consecutive_losses', label: 'Losses in a row', measure: 'count', help: 'Cools down after so many losing round trips in a row.' },
      { name: 'cooldown_ms', label: 'Cooling down', measure: 'minutes', help: 'How long it opens nothing after those losses.' },
      { name: 'symbol_cooldown_ms', label: 'A symbol cools down', measure: 'minutes', help: 'How long it opens nothing of a symbol after a losing round trip of it.' },
    ],
  },
  {
    title: 'In a drawdown',
    table: [
      { name: 'drawdown_reduce', label: 'Smaller from a fall of', measure: 'percent', help: 'Makes entries smaller while its equity is this far below its highest.' },
      { name: 'drawdown_factor', label: 'Smaller to', measure: 'percent', help: 'What is left of an entry then.' },
      { name: 'drawdown_pause', label: 'Paused from a fall of', measure: 'percent', help: 'Opens nothing while its equity is this far below its highest.' },
      { name: 'drawdown_flatten', label: 'Closed from a fall of', measure: 'percent', help: 'Closes everything and opens nothing more, for good, after falling this far from its highest equity.' },
      { name: 'drawdown_smoothing', label: 'Falls smoothed over', measure: 'count', help: 'In candles. A fall counts only once it has lasted, so that one spike changes nothing.' },
    ],
  },
  {
    title: 'Size',
    table: [
      { name: 'max_position', label: 'Largest position', measure: 'percent', help: 'No position is worth more than this share of its equity.' },
      { name: 'max_exposure', label: 'Largest exposure', measure: 'percent', help: 'All positions and resting entries together are worth no more than this share of its equity.' },
      { name: 'max_correlated_exposure', label: 'Exposure that moves together', measure: 'percent', help: 'Positions and resting entries of symbols whose prices move together are worth no more than this share of its equity.' },
      { name: 'correlation', label: 'Together from a correlation of', measure: 'percent', empty: '70', help: 'With either sign: what moves against each other counts too.' },
      { name: 'correlation_period', label: 'Correlation looked at over', measure: 'count', empty: '50', help: 'In candles. Until so many have closed, all symbols count as moving together.' },
      { name: 'max_trade_risk', label: 'Risk of a position', measure: 'percent', help: 'No position is so large that its stop loses more than this share of its equity.' },
      { name: 'max_open_positions', label: 'Open positions', measure: 'count', help: 'At most so many symbols are held at once.' },
    ],
  },
  {
    title: 'Orders',
    table: [
      { name: 'max_orders_day', label: 'Orders a day', measure: 'count', help: 'At most so many orders are asked for in a day.' },
      { name: 'price_collar', label: 'Price collar', measure: 'percent', help: 'Refuses orders priced further than this through the last close.' },
      { name: 'order_rate', label: 'Order rate', measure: 'count', help: 'At most so many orders are asked for in each stretch of time.' },
      { name: 'order_rate_ms', label: 'Order rate counted over', measure: 'minutes', help: 'How long such a stretch is: a whole number of candles. It begins anew by the clock.' },
    ],
  },
];

export const LIMITS: readonly Setting[] = LIMIT_GROUPS.flatMap(({ table }) => table);

export const UNIT: Record<Measure, string> = { percent: '%', count: '', minutes: 'min' };

/** What is filled in of a table, in short. */
export const filledIn = (values: Record<string, string>, table: readonly Setting[]): string =>
  table.flatMap(({ name, label, measure }) => (values[name]?.trim() ? [`${label} ${values[name].trim()} ${UNIT[measure]}`.trim()] : [])).join(', ');

const MS_A_MINUTE = 60_000n;

export function sent(typed: string, measure: Measure): string | null {
  const value = typedDecimal(typed);
  if (value === null) return null;
  if (measure === 'percent') return fractionOfPercent(value);
  if (measure === 'count') return value;
  const thousandths = BigInt(shifted(value, 3).split('.')[0]!);
  return ((thousandths * MS_A_MINUTE) / 1000n).toString();
}

export function typed(value: string, measure: Measure): string {
  if (measure === 'percent') return percentOfFraction(value);
  if (measure === 'count') return value;
  return String(Number(value) / Number(MS_A_MINUTE));
}

/** What is filled in, as the API wants it; what is left empty is off. `carried`: settings that have no field here. */
export function settingsSent(fields: Record<string, string>, table: readonly Setting[], carried: Record<string, string> = {}): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(carried)) if (!table.some((one) => one.name === name)) found[name] = value;
  for (const { name, measure } of table) {
    const value = fields[name]?.trim() ? sent(fields[name], measure) : null;
    if (value !== null && /[1-9]/.test(value)) found[name] = value;
  }
  return found;
}

export function settingsTyped(values: Record<string, string>, table: readonly Setting[]): Record<string, string> {
  return Object.fromEntries(table.map(({ name, measure }) => [name, values[name] && /[1-9]/.test(values[name]) ? typed(values[name], measure) : '']));
}
