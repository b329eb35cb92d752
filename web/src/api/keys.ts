// Names in the query cache. What a live event or a change touches is found by these prefixes.

export const keys = {
  summary: ['summary'],
  equity: ['equity'],
  bots: ['bots'],
  bot: (id: string) => ['bots', 'one', id],
  botList: ['bots', 'list'],
  botNames: ['bot-names'],
  candles: (botId: string) => ['candles', botId],
  fills: ['fills'],
  orders: ['orders'],
  positions: ['positions'],
  roundTrips: ['round-trips'],
  decisions: (botId: string) => ['decisions', botId],
  editions: (botId: string) => ['editions', botId],
  markets: ['markets'],
  accounts: ['accounts'],
  strategies: ['strategies'],
  backtests: ['backtests'],
  backtest: (id: string) => ['backtests', 'one', id],
  datasets: ['datasets'],
  price: (venue: string, environment: string, source: string, symbol: string, timeframe: string) => ['price', venue, environment, symbol, timeframe, source],
} as const satisfies Record<string, readonly string[] | ((...parts: string[]) => readonly string[])>;
