import { zodResolver } from '@hookform/resolvers/zod';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { FormProvider, useForm, type FieldPath, type Resolver } from 'react-hook-form';

import type { Account, BotSettings, Strategy } from '@/api/types';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { cx } from '@/ui/class-names';
import { Notice } from '@/ui/states';
import { ExitFields } from '@/ui/settings/exit-fields';
import { LimitFields, ParameterFields, RefusedFields, SelectField } from '@/ui/settings/fields';
import { placed } from '@/ui/settings/problems';
import { useToldOnLeaving } from '@/ui/settings/told-on-leaving';
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
import { usePreviewed } from './use-preview';
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

  const told = useToldOnLeaving(form);
  const known = useMemo(() => fieldNames(values), [values]);
  const preview = usePreviewed(values, strategies, before, known);
  const refused = useMemo(() => {
    const bySubmit = placed(refusal, known);
    return { fields: { ...preview.refused.fields, ...bySubmit.fields }, rest: bySubmit.rest ?? preview.refused.rest };
  }, [preview.refused, refusal, known]);
  // A refusal holds for what was sent; the first change after it may have mended it.
  useEffect(() => {
    const { unsubscribe } = form.watch(() => setRefusal(null));
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
  const [asking, setAsking] = useState(false);
  const forward = async () => {
    if (asking || !(await form.trigger([...step.fields], { shouldFocus: true }))) return;
    setAsking(true);
    const wrong = await preview.refuses(form.getValues(), at);
    setAsking(false);
    if (wrong === null) go(at + 1);
    else form.setFocus(wrong as FieldPath<BotValues>);
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
          onBlur={told}
          onSubmit={(event) => {
            event.preventDefault();
            void (last ? submit() : forward());
          }}
          className="grid gap-6 lg:grid-cols-[11rem_minmax(0,1fr)] xl:grid-cols-[11rem_minmax(0,1fr)_25rem]"
        >
          <StepList at={at} furthest={furthest} faulty={faulty} onGo={go} />
          <div ref={here} role="group" aria-label={step.label} tabIndex={-1} className={cx('min-w-0 outline-none [&_input]:scroll-mb-36 [&_textarea]:scroll-mb-36', step.id === 'kind' && 'xl:col-span-2')}>
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
            <Way at={at} last={last} busy={asking || form.formState.isSubmitting} submitLabel={submitLabel} onBack={() => go(at - 1)}>
              {strategy && step.id === 'kind' && (
                <p className="hidden min-w-0 flex-1 self-center text-xs text-ink-2 sm:block" aria-live="polite">
                  <span className="font-semibold text-ink">{strategy.title}.</span> {strategy.help}
                </p>
              )}
            </Way>
          </div>
          {step.id !== 'kind' && (
            <div className="min-w-0 lg:col-start-2 xl:sticky xl:top-20 xl:col-start-3 xl:self-start">
              <PreviewCard settings={preview.asked} lacks={preview.lacks} at={at} onGo={go} account={account} symbol={values.symbols[0] ?? ''} timeframe={values.timeframe} known={known} />
            </div>
          )}
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

interface WayProps {
  at: number;
  last: boolean;
  busy: boolean;
  submitLabel: string;
  onBack: () => void;
  children?: ReactNode;
}

/** Always in reach, however long a step is; on a phone over the navigation. */
function Way({ at, last, busy, submitLabel, onBack, children }: WayProps) {
  return (
    <div className="sticky bottom-14 z-20 -mx-4 mt-1 flex justify-between gap-4 border-t border-line bg-canvas px-4 py-3 sm:-mx-1 sm:px-1 lg:bottom-0 short:static">
      <Button onClick={onBack} disabled={at === 0} className={at === 0 ? 'hidden' : ''}>
        <ArrowLeft aria-hidden />
        Back
      </Button>
      {children}
      <Button type="submit" look="primary" busy={busy} className="ml-auto shrink-0">
        {last ? submitLabel : 'Continue'}
        {!last && <ArrowRight aria-hidden />}
      </Button>
    </div>
  );
}
