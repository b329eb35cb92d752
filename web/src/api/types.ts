// The API's shapes by their own names. They are generated (schema.ts, `npm run api`); nothing here is written twice.
import type { components, operations, paths, webhooks } from './schema';

type Schemas = components['schemas'];

export type { paths };
export type Account = Schemas['Account'];
export type Backtest = Schemas['Backtest'];
export type BacktestResult = Schemas['BacktestResult'];
export type Bot = Schemas['Bot'];
export type BotSettings = Schemas['BotSettings'];
export type BotState = Bot['state'];
export type BotStatus = Schemas['BotStatus'];
export type Candles = Schemas['Candles'];
export type CandleRow = Candles['rows'][number];
export type Dataset = Schemas['Dataset'];
export type Decision = Schemas['Decision'];
export type Edition = Schemas['Edition'];
export type Equity = Schemas['Equity'];
export type FactFile = Schemas['FactFile'];
export type Fill = Schemas['Fill'];
export type FillPage = Schemas['Leaf_Fill_'];
export type Health = Schemas['Health'];
export type Instrument = Schemas['Instrument'];
export type JobProgress = Schemas['JobProgress'];
export type Market = Schemas['Market'];
export type NewAccount = Schemas['NewAccount'];
export type NewBacktest = Schemas['NewBacktest'];
export type NewBot = Schemas['NewBot'];
export type NewKey = Schemas['NewKey'];
export type Order = Schemas['Order'];
export type Parameter = Schemas['Parameter'];
export type Position = Schemas['Position'];
export type Preview = Schemas['Preview'];
export type PriceUpdate = Schemas['PriceUpdate'];
export type RoundTrip = Schemas['RoundTrip'];
export type Sizing = Schemas['Sizing'];
export type StopPolicy = BotSettings['on_stop'];
export type Strategy = Schemas['Strategy'];
export type Summary = Schemas['Summary'];
export type FleetMoney = Schemas['FleetMoney'];
export type TradingWindow = Schemas['TradingWindow'];
export type Walk = Schemas['Walk'];
export type WalkFold = Schemas['WalkFold'];
export type WalkResult = Schemas['WalkResult'];
export type WindowAsked = Schemas['WindowAsked'];
export type WindowPreview = Schemas['WindowPreview'];
export type Access = Schemas['Access'];

type Body<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Shape } } } ? Shape : never;

/** What the live connection tells, by event. */
export type LiveEvents = { [Event in keyof webhooks]: Body<webhooks[Event]['post']> };

/** What may be asked of a list. */
export type Asked<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;
