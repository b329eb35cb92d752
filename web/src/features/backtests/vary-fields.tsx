// Which parameters are searched over, and which values of each are tried.
import { CircleAlert } from 'lucide-react';
import { useFormContext } from 'react-hook-form';

import type { Parameter, Strategy } from '@/api/types';
import { count } from '@/lib/format';
import { labelOf, sentence } from '@/lib/words';
import { Switch } from '@/ui/choice';
import { cx } from '@/ui/class-names';
import { TextField, useFault } from '@/ui/settings/fields';
import { bounds, matters } from '@/ui/settings/parameters';

import type { BacktestValues } from './values';
import { choicesOf, isNumber } from './varied';
import { MOST_TRIED, searchable, triedOf, USUAL_FOLDS } from './walk';

export function VaryFields({ strategy }: { strategy: Strategy }) {
  const { watch } = useFormContext<BacktestValues>();
  const [walk, values] = watch(['walk', 'parameters']);
  const wrong = useFault('walk.vary');
  const shown = searchable(strategy).filter((one) => walk.vary[one.name]?.on || matters(one, strategy.parameters, values));
  return (
    <div className="space-y-4">
      <p className="text-xs text-ink-3">The fewer, the better: with enough to choose from, something always fits what is past.</p>
      <ul className="divide-y divide-line border-y border-line">
        {shown.map((one) => (
          <VariedRow key={one.name} parameter={one} />
        ))}
      </ul>
      {wrong && <Wrong>{wrong}</Wrong>}
      <Combinations strategy={strategy} />
    </div>
  );
}

function Wrong({ children }: { children: string }) {
  return (
    <p role="alert" className="flex gap-1.5 text-xs text-down">
      <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
      {children}
    </p>
  );
}

function VariedRow({ parameter }: { parameter: Parameter }) {
  const { name } = parameter;
  const { watch, setValue } = useFormContext<BacktestValues>();
  const on = watch(`walk.vary.${name}.on`);
  const label = labelOf(name);
  return (
    <li className="py-3">
      <div className="flex items-center justify-between gap-4 text-sm font-medium">
        {label}
        <Switch aria-label={`Search over ${label}`} checked={on} onChange={(next) => setValue(`walk.vary.${name}.on`, next, { shouldDirty: true })} />
      </div>
      {on && <div className="mt-3">{isNumber(parameter) ? <Range parameter={parameter} /> : <Choices parameter={parameter} />}</div>}
    </li>
  );
}

function Range({ parameter }: { parameter: Parameter }) {
  const at = `walk.vary.${parameter.name}`;
  const of = (word: string) => (
    <span>
      {word}
      <span className="sr-only"> ({labelOf(parameter.name)})</span>
    </span>
  );
  const unit = parameter.fraction ? '%' : undefined;
  return (
    <>
      <div className="grid grid-cols-3 gap-3">
        <TextField name={`${at}.least`} label={of('From')} numeric unit={unit} />
        <TextField name={`${at}.most`} label={of('To')} numeric unit={unit} />
        <TextField name={`${at}.step`} label={of('Step')} numeric unit={unit} />
      </div>
      <p className="mt-1.5 text-xs text-ink-3">{[`${parameter.help.charAt(0).toUpperCase()}${parameter.help.slice(1)}`, bounds(parameter)].filter(Boolean).join('. ')}.</p>
    </>
  );
}

function Choices({ parameter }: { parameter: Parameter }) {
  const { watch, setValue } = useFormContext<BacktestValues>();
  const at = `walk.vary.${parameter.name}.values` as const;
  const chosen = watch(at);
  const fault = useFault(at);
  const said = (value: string) => (parameter.kind === 'boolean' ? (value === 'true' ? 'Yes' : 'No') : sentence(value));
  const every = choicesOf(parameter);
  const toggle = (value: string) => setValue(at, every.filter((one) => (one === value ? !chosen.includes(one) : chosen.includes(one))), { shouldDirty: true, shouldValidate: fault !== undefined });
  return (
    <div role="group" aria-label={`Values of ${labelOf(parameter.name)}`}>
      <div className="flex flex-wrap gap-1.5">
        {every.map((value) => {
          const taken = chosen.includes(value);
          return (
            <button
              key={value}
              type="button"
              aria-pressed={taken}
              onClick={() => toggle(value)}
              className={cx('h-7 rounded-full border px-3 text-xs font-medium transition-colors', taken ? 'border-transparent bg-accent-soft text-accent-text' : 'border-line-strong text-ink-2 hover:text-ink')}
            >
              {said(value)}
            </button>
          );
        })}
      </div>
      {fault && (
        <div className="mt-2">
          <Wrong>{fault}</Wrong>
        </div>
      )}
    </div>
  );
}

/** What it comes to, before anybody waits for it. */
function Combinations({ strategy }: { strategy: Strategy }) {
  const walk = useFormContext<BacktestValues>().watch('walk');
  const found = triedOf(walk, strategy);
  if (!found) return null;
  const { tried, all } = found;
  if (tried > MOST_TRIED) return <Wrong>{`${count(all)} combinations are too many: ${count(MOST_TRIED)} are the most. Make steps coarser, or try some by chance.`}</Wrong>;
  const folds = Number(walk.folds) || USUAL_FOLDS;
  const fitted = !walk.folds.trim() && walk.train.trim() && walk.test.trim();
  const where = walk.kind === 'holdout' ? 'what is not held out' : fitted ? 'each training span' : `each of ${folds} training span${folds === 1 ? '' : 's'}`;
  return (
    <p className="text-sm text-ink-2 tabular-nums" aria-live="polite">
      {count(tried)} {tried === 1 ? 'combination' : 'combinations'}
      {tried < all && ` of ${count(all)}, by chance`}, tried on {where} and once on everything.
    </p>
  );
}
