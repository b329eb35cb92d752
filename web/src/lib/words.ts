// Codes as words for people. A code that is not here is shown with its underscores as spaces, never hidden.

const WORDS: Record<string, string> = {
  sma_crossover: 'SMA crossover',
  bollinger: 'Bollinger bands',
  donchian_breakout: 'Donchian breakout',
  gtc: 'good till cancelled',
  ioc: 'immediate or cancel',
  fok: 'fill or kill',
  canceled: 'cancelled',
  stop_loss: 'stop-loss',
  take_profit: 'take-profit',
  take_profit_1: 'first target',
  take_profit_2: 'second target',
  take_profit_3: 'third target',
  take_profit_4: 'fourth target',
  trailing_stop: 'trailing stop',
  stop_limit: 'stop-limit',
  partially_filled: 'partly filled',
  cancel_entries: 'cancel entries',
  cancel_all: 'cancel all',
  daily_loss: 'daily loss limit',
  DAILY_LOSS: 'daily loss limit',
  weekly_loss: 'weekly loss limit',
  WEEKLY_LOSS: 'weekly loss limit',
  DRAWDOWN: 'drawdown limit',
  drawdown_pause: 'paused by drawdown',
  DRAWDOWN_PAUSE: 'paused by drawdown',
  drawdown_flatten: 'closed by drawdown',
  DRAWDOWN_FLATTEN: 'closed by drawdown',
  drawdown_exit: 'closed by drawdown',
  DRAWDOWN_EXIT: 'closed by drawdown',
  DRAWDOWN_REDUCE: 'made smaller by drawdown',
  DRAWDOWN_OVER: 'drawdown recovered',
  COOL_DOWN: 'cooling down',
  SYMBOL_COOL_DOWN: 'symbol cooling down',
  MAX_POSITION: 'position limit',
  MAX_EXPOSURE: 'exposure limit',
  MAX_CORRELATED_EXPOSURE: 'limit of what moves together',
  MAX_TRADE_RISK: 'risk limit',
  MAX_ORDERS: 'orders a day',
  ORDER_RATE: 'order rate',
  MAX_OPEN_POSITIONS: 'open positions limit',
  PRICE_COLLAR: 'price collar',
  BALANCE: 'not enough balance',
  BELOW_MINIMUM: 'below the minimum',
};

/** Words that are said letter by letter. */
const SHORT = new Set(['rsi', 'macd', 'sma', 'ema', 'dca', 'adx', 'atr']);

export function words(code: string): string {
  return WORDS[code] ?? plain(code);
}

function plain(code: string): string {
  return code
    .toLowerCase()
    .split('_')
    .map((word) => (SHORT.has(word) ? word.toUpperCase() : word))
    .join(' ');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const sentence = (code: string): string => capital(words(code));

/** A parameter's name: its own words, whatever else they are the code of. */
export const labelOf = (name: string): string => capital(plain(name));

export const STOP_POLICIES = [
  { value: 'leave', label: 'Leave everything', help: 'Orders and positions stay at the venue as they are. Nothing watches them any more.' },
  { value: 'cancel_entries', label: 'Cancel entries', help: 'Orders that open or add are cancelled; stops and targets stay and protect.' },
  { value: 'cancel_all', label: 'Cancel all orders', help: 'Every order is cancelled. What is held stays, without protection.' },
  { value: 'flatten', label: 'Flatten', help: 'Every order is cancelled and what is held is sold by the market.' },
] as const;
