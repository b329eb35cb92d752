// Numbers as the API writes them, and the lines of a ladder.
import type { BotSettings } from '../src/api/types';

export const text = (value: number, places = 8): string => {
  const fixed = value.toFixed(places).replace(/\.?0+$/, '');
  return fixed === '-0' || fixed === '' ? '0' : fixed;
};

export function gridLines(settings: Pick<BotSettings, 'parameters'>, price: number): number[] {
  const read = (name: string, otherwise: number) => Number(settings.parameters[name] ?? otherwise);
  const levels = read('levels', 20);
  const [lower, upper, step] = [read('lower', 0), read('upper', 0), read('step', 0.01)];
  const middle = read('centre', 0) || price;
  const geometric = settings.parameters.spacing === 'geometric';
  return Array.from({ length: levels + 1 }, (_, at) => {
    if (upper > 0) return geometric ? lower * (upper / lower) ** (at / levels) : lower + ((upper - lower) * at) / levels;
    const from = at - Math.floor(levels / 2);
    return geometric ? middle * (1 + step) ** from : middle * (1 + step * from);
  }).map((line) => Number(line.toFixed(2)));
}
