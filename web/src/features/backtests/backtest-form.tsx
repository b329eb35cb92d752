import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { FormProvider, useForm, useFormContext, type Resolver } from 'react-hook-form';

import { windowPreview } from '@/api/bots';
import { freshKey } from '@/api/client';
import type { Dataset, FactFile, NewBacktest, Strategy } from '@/api/types';
import { zoneShort } from '@/lib/time';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { LimitFields, ParameterFields, RefusedFields, SelectField, SizingFields, TextField } from '@/ui/settings/fields';
import { ExitFields } from '@/ui/settings/exit-fields';
import { rowNames } from '@/ui/settings/exits';
import { parametersTyped } from '@/ui/settings/parameters';
import { placed } from '@/ui/settings/problems';
import { useToldOnLeaving } from '@/ui/settings/told-on-leaving';
import { useWindowAsked } from '@/ui/settings/window';
import { WindowFields } from '@/ui/settings/window-fields';
import { Notice } from '@/ui/states';

import { CandlesField } from './candles-field';
import { fileName } from './facts';
import { HoldingFields } from './holding-fields';
import { SlippageFields } from './slippage-fields';
import { TapeFields } from './tape-fields';
import { backtestSchema, chosenOf, FIELDS, requestOf, type BacktestValues } from './values';
import { VaryFields } from './vary-fields';
import { atFirstFields, freshVary, variedIn, varyFields } from './walk';
import { WalkFields } from './walk-fields';
import { WayCard } from './way-card';

const RUN = { once: 'Run the backtest', walk_forward: 'Run the walk-forward', holdout: 'Run the holdout' } as const;

interface BacktestFormProps {
  strategies: readonly Strategy[];
  datasets: readonly Dataset[];
  files: readonly FactFile[];
  begin: BacktestValues;
  onSubmit: (request: NewBacktest, key: string) => Promise<void>;
}

export function BacktestForm({ strategies, datasets, files, begin, onSubmit }: BacktestFormProps) {
  const [strategyName, setStrategyName] = useState(begin.strategy);
  const [refusal, setRefusal] = useState<unknown>(null);
  const strategy = strategies.find((one) => one.name === strategyName);
  const schema = useMemo(() => backtestSchema(strategy), [strategy]);
  const form = useForm<BacktestValues>({ defaultValues: begin, mode: 'onSubmit', resolver: zodResolver(schema) as unknown as Resolver<BacktestValues> });
  const told = useToldOnLeaving(form);
  useEffect(() => {
    const { unsubscribe } = form.watch(() => setRefusal(null));
    return unsubscribe;
  }, [form]);
  const trades = form.watch('tape.trades');
  const [first] = trades ? [] : chosenOf(form.watch('dataset_ids'), datasets);
  const [base = 'base', quote = 'USDT'] = (first?.symbol ?? '').split('/');
  const known = [...FIELDS, ...(['parameters', 'exits', 'limits', 'sizing', 'slippage', 'holding', 'tape', 'trading_window', 'walk'] as const).flatMap((group) => Object.keys(form.getValues(group)).map((name) => `${group}.${name}`)), ...rowNames(form.getValues()), ...varyFields(strategy)];
  const refused = atFirstFields(placed(refusal, known), strategy);
  const walk = form.watch('walk');
  const walked = walk.kind !== 'once';
  const varied = variedIn(walk);
  const submit = form.handleSubmit(async (values) => {
    if (!strategy) return;
    try {
      await onSubmit(requestOf(values, strategy, datasets), freshKey());
    } catch (error) {
      setRefusal(error);
    }
  });
  return (
    <FormProvider {...form}>
      <RefusedFields value={refused.fields}>
        <form
          noValidate
          onBlur={told}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
          className="grid max-w-5xl items-start gap-4 lg:grid-cols-2"
        >
          <WayCard />
          <div className="min-w-0 space-y-4">
            <Card title="What and on what">
              <Fields>
                <SelectField
                  name="strategy"
                  label="Kind of bot"
                  options={strategies.filter((one) => !one.problem).map((one) => ({ value: one.name, label: one.title }))}
                  help={strategy?.summary}
                  onChange={(name) => {
                    setStrategyName(name);
                    const next = strategies.find((one) => one.name === name);
                    form.setValue('parameters', parametersTyped(next?.parameters ?? []));
                    form.setValue('walk.vary', freshVary(next));
                    if (next && !next.sizings.includes(form.getValues('sizing.kind'))) form.setValue('sizing', { kind: 'percent', size: '100', compounding: true, odds: {}, period: '' });
                    if (next) form.setValue('dataset_ids', form.getValues('dataset_ids').slice(0, next.symbols_most));
                  }}
                />
                {trades ? <p className="text-sm text-ink-2">On the trades of {fileName(trades)}, as chosen under Prices met.</p> : <CandlesField datasets={datasets} most={strategy?.symbols_most ?? 1} />}
                <div className="grid gap-5 sm:grid-cols-2">
                  <TextField name="start_ms" label="From" type="datetime-local" help={`In ${zoneShort()}. Earlier candles warm the indicators up.`} />
                  <TextField name="end_ms" label="To" type="datetime-local" help="Left empty: all there are." />
                </div>
                <div className="grid gap-5 sm:grid-cols-2">
                  <TextField name="timeframe" label="Decide on candles of" help={trades ? 'Made of the trades; 1m if left empty, tick decides on each.' : 'Made of these finer ones. Left empty: on these.'} />
                  <TextField name="trading_frequency_s" label="Decide between closes" unit="s" numeric help="Every so many seconds on the candle that forms too, which needs finer candles; 0 is at closes only." />
                </div>
              </Fields>
            </Card>
            {strategy && walked && (
              <Card title="Searched over">
                <VaryFields strategy={strategy} />
              </Card>
            )}
            {strategy && varied.length < strategy.parameters.length && (
              <Card title={walked ? 'Parameters that stay as they are' : `${strategy.title}: parameters`}>
                <ParameterFields parameters={strategy.parameters} without={varied} />
              </Card>
            )}
          </div>
          <div className="min-w-0 space-y-4">
            {walked && (
              <Card title="Chosen and judged">
                <WalkFields />
              </Card>
            )}
            <Card title="Money and costs">
              <Fields>
                <div className="grid gap-5 sm:grid-cols-2">
                  <TextField name="capital" label="Capital" unit={quote} numeric />
                  <TextField name="fee" label="Fee" unit="%" numeric help="Of each fill." />
                </div>
                <SlippageFields />
                {strategy && <SizingFields strategy={strategy} base={base} quote={quote} />}
              </Fields>
            </Card>
            <Card title="Costs of holding">
              <HoldingFields files={files} />
            </Card>
            <Card title="Prices met">
              <TapeFields files={files} />
            </Card>
            <WindowCard timeframe={first?.timeframe ?? '1m'} />
            <Card title="Exits and limits">
              <Fields>
                <ExitFields />
                <section>
                  <h3 className="mb-2 text-sm font-semibold">Limits of the risk gate</h3>
                  <LimitFields />
                </section>
              </Fields>
            </Card>
          </div>
          {refused.rest && (
            <div className="lg:col-span-2">
              <Notice>{refused.rest}</Notice>
            </div>
          )}
          <div className="flex justify-end lg:col-span-2">
            <Button type="submit" look="primary" busy={form.formState.isSubmitting}>
              <Play aria-hidden />
              {RUN[walk.kind]}
            </Button>
          </div>
        </form>
      </RefusedFields>
    </FormProvider>
  );
}

/** Hours of the candles that are run on: the preview says when they would be next. */
function WindowCard({ timeframe }: { timeframe: string }) {
  const asked = useWindowAsked(useFormContext<BacktestValues>().watch('timeframe').trim() || timeframe);
  const preview = useQuery(windowPreview(asked));
  return (
    <Card title="When it trades">
      <WindowFields asked={asked} preview={preview} />
    </Card>
  );
}

function Fields({ children }: { children: ReactNode }) {
  return <div className="space-y-5">{children}</div>;
}
