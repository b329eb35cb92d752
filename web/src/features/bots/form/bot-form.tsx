import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { FormProvider, useForm, type Resolver } from 'react-hook-form';

import { botPreview } from '@/api/bots';
import type { Account, BotSettings, Strategy } from '@/api/types';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Notice } from '@/ui/states';
import { ExitFields } from '@/ui/settings/exit-fields';
import { LimitFields, ParameterFields, RefusedFields, SelectField } from '@/ui/settings/fields';
import { placed } from '@/ui/settings/problems';
import { useSettled } from '@/lib/use-settled';
import { STOP_POLICIES } from '@/lib/words';

import { draftOf, dropDraft, keepDraft } from './draft';
import { KindStep } from './kind-step';
import { MarketStep } from './market-step';
import { PreviewCard } from './preview-card';
import { ReviewStep } from './review-step';
import { ScheduleStep } from './schedule-step';
import { botSchema } from './schema';
import { StepList } from './step-list';
import { fieldNames, stepOf, STEPS } from './steps';
import { isUnderWay, useSteps } from './use-steps';
import { settingsOf, type BotValues } from './values';

interface BotFormProps {
  strategies: readonly Strategy[];
  accounts: readonly Account[];
  begin: BotValues;
  /** under which name what is typed is kept */
  draft: string;
  /** what the settings were, where a bot is changed */
  before?: BotSettings;
  submitLabel: string;
  onSubmit: (values: BotValues, strategy: Strategy) => Promise<void>;
}

const NAMELESS = 'unnamed';

/** The rules are those of the strategy that is chosen at the moment. */
function resolverFor(strategies: readonly Strategy[]): Resolver<BotValues> {
  return (values, context, options) => {
    const schema = botSchema(strategies.find((one) => one.name === values.strategy));
    return (zodResolver(schema) as unknown as Resolver<BotValues>)(values, context, options);
  };
}

export function BotForm({ strategies, accounts, begin, draft, before, submitLabel, onSubmit }: BotFormProps) {
  const [kept] = useState(() => (isUnderWay() ? draftOf(draft, begin, strategies) : null));
  const { at, furthest, go } = useSteps(before ? STEPS.length - 1 : (kept?.furthest ?? 0));
  const [refusal, setRefusal] = useState<unknown>(null);
  const form = useForm<BotValues>({ defaultValues: kept?.values ?? begin, mode: 'onSubmit', resolver: resolverFor(strategies) });
  const values = form.watch();
  const strategy = strategies.find((one) => one.name === values.strategy);

  // Whole settings, once typing has settled: what is asked of the server for a preview.
  const settled = useSettled(values, 350);
  const asked = useMemo<BotSettings | null>(() => {
    const own = strategies.find((one) => one.name === settled.strategy);
    if (!own || !botSchema(own).safeParse({ ...settled, name: settled.name || NAMELESS }).success) return null;
    return settingsOf(settled, own, before);
  }, [settled, strategies, before]);
  const preview = useQuery(botPreview(asked));
  const known = useMemo(() => fieldNames(values), [values]);
  const refused = useMemo(() => {
    const byPreview = placed(asked && preview.error, known);
    const bySubmit = placed(refusal, known);
    return { fields: { ...byPreview.fields, ...bySubmit.fields }, rest: bySubmit.rest ?? byPreview.rest };
  }, [asked, preview.error, refusal, known]);
  // A refusal holds for what was sent; the first change after it may have mended it.
  useEffect(() => {
    const { unsubscribe } = form.watch((_, { name }) => {
      setRefusal(null);
      // What was found wrong is looked at again as it is mended, not when the field is left: a message that vanishes
      // then would move what is being clicked at away from under the pointer.
      if (name && form.getFieldState(name).error) void form.trigger(name);
    });
    return unsubscribe;
  }, [form]);

  useEffect(() => keepDraft(draft, { values, furthest }), [draft, values, furthest]);

  const step = STEPS[at]!;
  // Who goes on by the keyboard is at the beginning of the step then, and not at the button that led to it.
  const here = useRef<HTMLDivElement>(null);
  const left = useRef(at);
  useEffect(() => {
    if (left.current !== at) here.current?.focus({ preventScroll: true });
    left.current = at;
  }, [at]);
  const forward = async () => {
    if (await form.trigger([...step.fields], { shouldFocus: true })) go(at + 1);
  };
  const submit = form.handleSubmit(
    async (sent) => {
      if (!strategy) return;
      try {
        await onSubmit(sent, strategy);
        dropDraft(draft);
      } catch (error) {
        setRefusal(error);
        const blamed = stepOf(Object.keys(placed(error, known).fields));
        if (blamed >= 0) go(blamed);
      }
    },
    (faults) => {
      const blamed = stepOf(Object.keys(faults));
      if (blamed >= 0) go(blamed);
    },
  );
  const faulty = STEPS.map((_, place) => stepOf([...Object.keys(form.formState.errors), ...Object.keys(refused.fields)].filter((name) => stepOf([name]) === place)) === place);
  const account = accounts.find((one) => one.id === values.account_id);
  const [base = 'base', quote = 'USDT'] = (values.symbols[0] ?? '').split('/');
  const last = at === STEPS.length - 1;
  return (
    <FormProvider {...form}>
      <RefusedFields value={refused.fields}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void (last ? submit() : forward());
          }}
          className="grid gap-6 lg:grid-cols-[11rem_minmax(0,1fr)] xl:grid-cols-[11rem_minmax(0,1fr)_25rem]"
        >
          <StepList at={at} furthest={furthest} faulty={faulty} onGo={go} />
          <div ref={here} role="group" aria-label={step.label} tabIndex={-1} className="min-w-0 outline-none">
            <Card title={step.label}>
              {step.id === 'kind' && <KindStep strategies={strategies} />}
              {strategy && step.id === 'market' && <MarketStep strategy={strategy} accounts={accounts} quote={quote} base={base} />}
              {strategy && step.id === 'parameters' && <ParameterFields parameters={strategy.parameters} />}
              {step.id === 'exits' && <ExitsStep />}
              {step.id === 'schedule' && <ScheduleStep />}
              {strategy && step.id === 'review' && <ReviewStep settings={settingsOf(values, strategy, before)} name={values.name} account={account} quote={quote} making={!before} />}
            </Card>
            {/* beside the button that was pressed: a form's head may be out of sight */}
            {refused.rest && (
              <div className="mt-4">
                <Notice>{refused.rest}</Notice>
              </div>
            )}
            <Way at={at} last={last} busy={form.formState.isSubmitting} submitLabel={submitLabel} onBack={() => go(at - 1)} />
          </div>
          <div className="min-w-0 lg:col-start-2 xl:sticky xl:top-20 xl:col-start-3 xl:self-start">{step.id !== 'kind' && <PreviewCard settings={asked} account={account} symbol={values.symbols[0] ?? ''} timeframe={values.timeframe} known={known} />}</div>
        </form>
      </RefusedFields>
    </FormProvider>
  );
}

function ExitsStep() {
  return (
    <div className="space-y-8">
      <Group title="Exits" about="Of its average entry price. Left empty, an exit is off.">
        <ExitFields />
      </Group>
      <Group title="Limits" about="The risk gate judges every order by these before it goes out.">
        <LimitFields />
      </Group>
      <Group title="When you stop it">
        <SelectField name="on_stop" label="Its orders and positions" options={STOP_POLICIES.map(({ value, label }) => ({ value, label }))} help="You can choose otherwise at each stop." />
      </Group>
    </div>
  );
}

function Group({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-sm font-semibold">{title}</h3>
      {about && <p className="mt-0.5 text-xs text-ink-3">{about}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}

function Way({ at, last, busy, submitLabel, onBack }: { at: number; last: boolean; busy: boolean; submitLabel: string; onBack: () => void }) {
  return (
    <div className="mt-4 flex justify-between gap-3">
      <Button onClick={onBack} disabled={at === 0} className={at === 0 ? 'invisible' : ''}>
        <ArrowLeft aria-hidden />
        Back
      </Button>
      <Button type="submit" look="primary" busy={busy}>
        {last ? submitLabel : 'Continue'}
        {!last && <ArrowRight aria-hidden />}
      </Button>
    </div>
  );
}
