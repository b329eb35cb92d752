// Refuses settings the way the API does: a problem with the fields at fault.
import type { BotSettings } from '../src/api/types';

import { gridLines } from './numbers';
import { Refusal } from './refuse';
import { STRATEGIES } from './strategies';
import type { World } from './world';

export function refuseSettings(world: World, settings: BotSettings): void {
  const faults: { field: string; detail: string }[] = [];
  const fault = (field: string, detail: string) => faults.push({ field, detail });
  const strategy = STRATEGIES.find((one) => one.name === settings.strategy);
  if (!strategy) fault('/strategy', `there is no strategy ${settings.strategy}`);
  if (!world.accounts.some((one) => one.id === settings.account_id)) fault('/account_id', 'there is no such account');
  const market = world.markets.get(settings.symbols[0] ?? '');
  if (!market) fault('/symbols', `${settings.symbols[0]} is not traded there`);
  for (const parameter of strategy?.parameters ?? []) {
    const value = settings.parameters[parameter.name];
    if (typeof value !== 'number') continue;
    if ((parameter.least != null && value < parameter.least) || (parameter.most != null && value > parameter.most)) {
      fault(`/parameters/${parameter.name}`, `parameter ${parameter.name} is ${value}; write ${parameter.least} to ${parameter.most}`);
    }
  }
  if (settings.strategy === 'grid' && market && faults.length === 0) {
    const { lower, upper } = settings.parameters;
    if (Number(lower) > 0 !== Number(upper) > 0) fault('/parameters/lower', `parameters lower ${lower} and upper ${upper}: give both, or neither and use step`);
    else if (Number(upper) > 0 && Number(lower) >= Number(upper)) fault('/parameters/lower', `parameter lower is ${lower} and upper is ${upper}; lower must be below upper`);
    else {
      const [first, second] = gridLines(settings, market.price) as [number, number];
      const share = ((second / first - 1) * 100).toFixed(3);
      if (second / first - 1 < 0.002) fault('/parameters/levels', `grid step from ${first} to ${second} (${share} %) does not pay its round-trip fee of 0.2 %; use a wider step or fewer levels`);
    }
  }
  if (settings.strategy === 'sma_crossover' && Number(settings.parameters.fast) >= Number(settings.parameters.slow)) {
    fault('/parameters/fast', `parameter fast is ${settings.parameters.fast} and slow is ${settings.parameters.slow}; fast must be below slow`);
  }
  if (faults.length > 0) throw new Refusal(422, 'bad_settings', faults.map((one) => one.detail).join('; '), faults);
}
