// The exits of a bot or a backtest as they are typed: a field each, and rows for a target that falls and for a position
// that goes in parts. The API has all of them as names with one decimal.
import { ageOf, fallsSent, fallsTyped, nameOf, type Fall } from './falling';
import { isRung, rungNames, rungsSent, rungsTyped, type Rung } from './ladder';
import { EXITS, settingsSent, settingsTyped } from './limits';

export interface ExitsFilled {
  exits: Record<string, string>;
  falls: Fall[];
  rungs: Rung[];
}

export const exitsTyped = (exits: Record<string, string>): ExitsFilled => ({ exits: settingsTyped(exits, EXITS), falls: fallsTyped(exits), rungs: rungsTyped(exits) });

/** All exits, as the API wants them. `carried`: those that have no field here. */
export function exitsSent({ exits, falls, rungs }: ExitsFilled, carried: Record<string, string> = {}): Record<string, string> {
  const others = Object.fromEntries(Object.entries(carried).filter(([name]) => ageOf(name) === null && !isRung(name)));
  return { ...settingsSent(exits, EXITS, others), ...fallsSent(falls), ...rungsSent(rungs) };
}

/** The fields of rows, by the names that a refusal has for them. */
export const rowNames = ({ falls, rungs }: Pick<ExitsFilled, 'falls' | 'rungs'>): string[] => [...falls.map(nameOf), ...rungNames(rungs)].map((name) => `exits.${name}`);
