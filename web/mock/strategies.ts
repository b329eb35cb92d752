// Kinds of bots as the API describes them.
import type { Strategy } from '../src/api/types';

export const STRATEGIES: Strategy[] = [
  {
    name: 'grid',
    title: 'Grid',
    summary: 'A ladder of orders: buy a step down, sell a step up, again and again.',
    help: 'Makes money while the price goes to and fro inside its band; loses it when the price leaves the band downwards with all that was bought, and earns nothing above it.',
    symbols_most: 1,
    own: false,
    problem: '',
    sizings: ['percent', 'fixed', 'fixed_quote'],
    parameters: [
      { name: 'lower', kind: 'number', default: 0, least: 0, most: 1e12, choices: [], help: 'lowest line, in quote, given with upper; 0: by centre and step', fraction: false, section: '', depends: {} },
      { name: 'upper', kind: 'number', default: 0, least: 0, most: 1e12, choices: [], help: 'highest line, in quote, given with lower; 0: by centre and step', fraction: false, section: '', depends: {} },
      { name: 'centre', kind: 'number', default: 0, least: 0, most: 1e12, choices: [], help: 'middle line, in quote; 0 is the first close', fraction: false, section: '', depends: { upper: ['0'] } },
      { name: 'step', kind: 'number', default: 0.01, least: 0, most: 1, choices: [], help: 'distance between lines as a part of the price, used with centre', fraction: true, section: '', depends: { upper: ['0'] } },
      { name: 'levels', kind: 'integer', default: 20, least: 1, most: 500, choices: [], help: 'cells between the lines, each with its own order', fraction: false, section: '', depends: {} },
      { name: 'spacing', kind: 'choice', default: 'arithmetic', choices: ['arithmetic', 'geometric'], help: 'equal steps in price or in percent', fraction: false, section: '', depends: {} },
      { name: 'initial', kind: 'choice', default: 'market', choices: ['market', 'none'], help: 'buy at the start what the upper cells will sell, or not', fraction: false, section: '', depends: {} },
    ],
  },
  {
    name: 'sma_crossover',
    title: 'SMA crossover',
    summary: 'Long while the fast average is above the slow one, flat otherwise.',
    help: 'Makes money in long trends; loses a little at each false start when the market goes sideways.',
    symbols_most: 20,
    own: false,
    problem: '',
    sizings: ['percent', 'fixed', 'fixed_quote', 'risk', 'kelly', 'volatility'],
    parameters: [
      { name: 'fast', kind: 'integer', default: 20, least: 2, most: 200, search_least: 5, search_most: 30, choices: [], help: 'candles in the fast average', fraction: false, section: '', depends: {} },
      { name: 'slow', kind: 'integer', default: 50, least: 5, most: 400, search_least: 40, search_most: 120, choices: [], help: 'candles in the slow average', fraction: false, section: '', depends: {} },
      { name: 'short', kind: 'boolean', default: false, choices: [], help: 'sell short while the fast average is below, where the venue allows it', fraction: false, section: '', depends: {} },
    ],
  },
];
