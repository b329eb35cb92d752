// The preview of what is typed: asked for once typing has settled and is whole, and why there is none where it is not.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { botPreview } from '@/api/bots';
import type { BotSettings, Strategy } from '@/api/types';
import { useSettled } from '@/lib/use-settled';
import { placed, type Placed } from '@/ui/settings/problems';
import { fieldLabel } from '@/ui/settings/said';

import { botSchema } from './schema';
import { stepOf } from './steps';
import { settingsOf, type BotValues } from './values';

const NAMELESS = 'unnamed';
const PATIENCE_MS = 4000;

/** Something for which nothing is drawn. step: where it can be mended, -1 where nobody knows. */
export interface Lack {
  label: string;
  said: string;
  step: number;
}

interface Read {
  /** null while they are not whole */
  settings: BotSettings | null;
  lacks: Lack[];
}

/** What is typed as settings, or what keeps it from being some. */
export function settingsIn(values: BotValues, strategies: readonly Strategy[], before?: BotSettings): Read {
  const own = strategies.find((one) => one.name === values.strategy);
  if (!own) return { settings: null, lacks: [] };
  const found = botSchema(own).safeParse({ ...values, name: values.name || NAMELESS });
  if (found.success) return { settings: settingsOf(values, own, before), lacks: [] };
  const faults = found.error.issues.map(({ path, message }) => [path.join('.'), message] as const);
  return { settings: null, lacks: lacksOf(faults) };
}

/** Of fields by name, each once. */
export function lacksOf(faults: readonly (readonly [string, string])[]): Lack[] {
  return [...new Map(faults).entries()].map(([name, said]) => ({ label: fieldLabel(name), said, step: stepOf([name]) }));
}

interface Previewed {
  asked: BotSettings | null;
  refused: Placed;
  lacks: readonly Lack[];
  /** Which of a step's fields the server refuses, as they are at this moment. Null: none, or it does not say. */
  refuses: (now: BotValues, step: number) => Promise<string | null>;
}

export function usePreviewed(values: BotValues, strategies: readonly Strategy[], before: BotSettings | undefined, known: readonly string[]): Previewed {
  const cache = useQueryClient();
  const settled = useSettled(values, 350);
  const { settings: asked, lacks } = useMemo(() => settingsIn(settled, strategies, before), [settled, strategies, before]);
  const { error } = useQuery(botPreview(asked));
  const refused = useMemo(() => placed(asked && error, known), [asked, error, known]);
  const refuses = async (now: BotValues, step: number) => {
    const { settings } = settingsIn(now, strategies, before);
    if (!settings) return null;
    const { queryKey, queryFn, staleTime } = botPreview(settings);
    const answer = cache.fetchQuery({ queryKey, ...(queryFn ? { queryFn } : {}), ...(typeof staleTime === 'number' ? { staleTime } : {}), retry: false }).then(
      () => null,
      (fault: unknown) => Object.keys(placed(fault, known).fields).find((name) => stepOf([name]) === step) ?? null,
    );
    // Who has no connection goes on; it is said when the bot is made.
    return Promise.race([answer, new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS))]);
  };
  return { asked, refused, lacks: asked ? lacksOf(Object.entries(refused.fields)) : lacks, refuses };
}
