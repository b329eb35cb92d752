// How a backtest is run: once, or as a walk-forward or a holdout that chooses parameters on one span and judges them on the next.
import { z } from 'zod';

import type { Parameter, Strategy, Walk } from '@/api/types';
import { words } from '@/lib/words';
import { parameterSaid } from '@/ui/settings/parameters';
import type { Placed } from '@/ui/settings/problems';

import { countOf, freshVaried, isNumber, variedFaults, variedSent, variedTyped, type VariedFilled } from './varied';

export type Way = 'once' | Walk['kind'];
export type Objective = Walk['objective'];

export interface WalkFilled {
  kind: Way;
  /** By parameter; those that are not `on` stay as they are. */
  vary: Record<string, VariedFilled>;
  folds: string;
  spans: 'rolling' | 'anchored';
  train: string;
  test: string;
  purge: string;
  embargo: string;
  objective: Objective;
  /** empty: all combinations */
  random: string;
  seed: string;
}

export const MOST_TRIED = 20_000;
export const USUAL_FOLDS = 5;
/** So many parameters vary where nobody says which: more of them fit noise. */
const FEW = 2;

export const OBJECTIVES: Record<Objective, string> = {
  sharpe: 'Sharpe',
  sortino: 'Sortino',
  calmar: 'Calmar',
  total_return: 'Return',
  max_drawdown: 'Smallest drawdown',
  trips_profit_factor: 'Profit factor',
  trips_win_rate: 'Share of trips won',
  trips_expectancy: 'Mean profit of a trip',
};

const SEARCHED: readonly Parameter['kind'][] = ['integer', 'number', 'choice', 'boolean'];

/** What can be searched over: data and symbols are no grid. */
export const searchable = (strategy: Strategy | undefined): Parameter[] => strategy?.parameters.filter(({ kind }) => SEARCHED.includes(kind)) ?? [];

export function freshVary(strategy: Strategy | undefined): WalkFilled['vary'] {
  const parameters = searchable(strategy);
  const worth = parameters.filter((one) => one.search_least != null && Object.keys(one.depends).length === 0).slice(0, FEW);
  return Object.fromEntries(parameters.map((one) => [one.name, { ...freshVaried(one), on: worth.includes(one) }]));
}

export function freshWalk(strategy: Strategy | undefined): WalkFilled {
  return { kind: 'once', vary: freshVary(strategy), folds: '', spans: 'rolling', train: '', test: '', purge: '', embargo: '', objective: 'sharpe', random: '', seed: '' };
}

export function walkTyped(given: Walk | null | undefined, strategy: Strategy | undefined): WalkFilled {
  const fresh = freshWalk(strategy);
  if (!given) return fresh;
  const none = (length: string) => (length === '0' ? '' : length);
  const vary = Object.fromEntries(searchable(strategy).map((one) => [one.name, variedTyped(given.vary[one.name], one)]));
  return {
    kind: given.kind,
    vary,
    folds: given.folds == null ? '' : String(given.folds),
    spans: given.anchored ? 'anchored' : 'rolling',
    train: given.train ?? '',
    test: given.test ?? '',
    purge: none(given.purge),
    embargo: none(given.embargo),
    objective: given.objective,
    random: given.random ? String(given.random) : '',
    seed: given.seed ? String(given.seed) : '',
  };
}

/** The parameters that vary: those stay out of the others. */
export const variedIn = ({ kind, vary }: WalkFilled): string[] => (kind === 'once' ? [] : Object.keys(vary).filter((name) => vary[name]!.on));

export function walkSent(typed: WalkFilled, strategy: Strategy): Walk | null {
  if (typed.kind === 'once') return null;
  const forward = typed.kind === 'walk_forward';
  const parameters = searchable(strategy).filter(({ name }) => typed.vary[name]?.on);
  return {
    kind: typed.kind,
    vary: Object.fromEntries(parameters.map((one) => [one.name, variedSent(typed.vary[one.name]!, one)])),
    folds: forward && typed.folds.trim() ? Number(typed.folds) : null,
    anchored: forward && typed.spans === 'anchored',
    train: (forward && typed.train.trim()) || null,
    test: typed.test.trim() || null,
    purge: typed.purge.trim() || '0',
    embargo: typed.embargo.trim() || '0',
    objective: typed.objective,
    random: Number(typed.random || 0),
    seed: Number(typed.seed || 0),
  };
}

/** What a refusal may speak of: the values of one parameter, all of them together. */
export const varyFields = (strategy: Strategy | undefined): string[] => searchable(strategy).map(({ name }) => `walk.vary.${name}`);

/** The same refusals, those of a parameter's values at the first of their fields. */
export function atFirstFields({ fields, rest }: Placed, strategy: Strategy | undefined): Placed {
  const firsts = new Map(searchable(strategy).map((one) => [`walk.vary.${one.name}`, isNumber(one) ? 'least' : 'values']));
  const moved = Object.entries(fields).map(([name, message]) => [firsts.has(name) ? `${name}.${firsts.get(name)}` : name, message]);
  return { fields: Object.fromEntries(moved) as Placed['fields'], rest };
}

/** How many combinations are tried of how many there are; null where something is no number yet. */
export function triedOf(typed: WalkFilled, strategy: Strategy): { tried: number; all: number } | null {
  const counts = searchable(strategy).filter(({ name }) => typed.vary[name]?.on).map((one) => countOf(typed.vary[one.name]!, one));
  if (counts.length === 0 || counts.some((one) => one === null)) return null;
  const all = counts.reduce<number>((product, one) => product * one!, 1);
  const random = /^\d+$/.test(typed.random.trim()) ? Number(typed.random) : 0;
  return { tried: random ? Math.min(random, all) : all, all };
}

const LENGTH = /^(\d[\d_,]*\s*candles?|\d+(\.\d+)?\s*[smhdw]|\d+(\.\d+)?\s*%)$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;
const HOW = 'Write a length such as 90d, 36h, 2000 candles or 25%';

function wholeFault(typed: string, least: number, most: number): string | null {
  const text = typed.trim();
  const fits = /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
  return !text || fits ? null : `Write a whole number from ${least} to ${most.toLocaleString('en-US')}, or leave it empty`;
}

function lengthFault(typed: string, dated: boolean): string | null {
  const text = typed.trim();
  if (!text || LENGTH.test(text) || (dated ? DATE.test(text) : text === '0')) return null;
  return dated ? `${HOW}, or a date such as 2024-01-31` : HOW;
}

/** What is wrong with a field that is shown; those of another way of running are not asked. */
export function walkFaults(typed: WalkFilled, strategy: Strategy | undefined): { path: string[]; message: string }[] {
  if (typed.kind === 'once') return [];
  const told: [string, string | null][] = [
    ['test', lengthFault(typed.test, true)],
    ['purge', lengthFault(typed.purge, false)],
    ['embargo', lengthFault(typed.embargo, false)],
    ['random', wholeFault(typed.random, 0, MOST_TRIED)],
    ['seed', wholeFault(typed.seed, 0, 2_147_483_647)],
  ];
  if (typed.kind === 'walk_forward') told.push(['folds', wholeFault(typed.folds, 1, 100)], ['train', lengthFault(typed.train, true)]);
  const varied = searchable(strategy).filter(({ name }) => typed.vary[name]?.on);
  if (varied.length === 0) told.push(['vary', 'Choose at least one parameter to search over']);
  const faults = told.flatMap(([field, message]) => (message ? [{ path: [field], message }] : []));
  return [...faults, ...varied.flatMap((one) => variedFaults(typed.vary[one.name]!, one).map(({ field, message }) => ({ path: ['vary', one.name, field], message })))];
}

export const walkSchema = (strategy: Strategy | undefined) =>
  z.custom<WalkFilled>().superRefine((typed, context) => {
    for (const { path, message } of walkFaults(typed, strategy)) context.addIssue({ code: 'custom', path, message });
  });

/** What varies, in short: "Fast 5 to 30". */
export function variedSaid({ vary }: Walk, parameters: readonly Parameter[]): string[] {
  return Object.entries(vary).map(([name, { values, least, most }]) => {
    const parameter = parameters.find((one) => one.name === name);
    const said = (value: string | number | boolean) => parameterSaid(parameter && isNumber(parameter) ? Number(value) : value, parameter);
    return `${words(name)} ${values?.length ? values.map(said).join(' or ') : `${said(least ?? '')} to ${said(most ?? '')}`}`;
  });
}
