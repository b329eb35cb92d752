// The exits of bots and backtests: one field each, rows for a position that goes in parts, and for a target that falls.
import { Plus, X } from 'lucide-react';
import { useFieldArray, useFormContext } from 'react-hook-form';

import { Button } from '@/ui/button';
import { Field, Input } from '@/ui/field';

import { fallsFilledIn, MOST_FALLS, nameOf, type Fall } from './falling';
import { SettingFields, SettingFold, useFault, useWrong } from './fields';
import { Fold, Folds } from './fold';
import { gainName, MOST_RUNGS, ordinal, rungNames, rungsFilledIn, shareName, type Rung } from './ladder';
import { EXIT_GROUPS, PLAIN_EXITS } from './limits';

export function ExitFields() {
  return (
    <div className="space-y-6">
      <SettingFields at="exits" table={PLAIN_EXITS} />
      <Folds>
        {EXIT_GROUPS.map((group) => (
          <SettingFold key={group.title} at="exits" group={group} />
        ))}
        <Ladder />
        <FallingTarget />
      </Folds>
    </div>
  );
}

function Ladder() {
  const { control, watch } = useFormContext<{ rungs: Rung[] }>();
  const { fields, append, remove } = useFieldArray({ control, name: 'rungs' });
  const rungs = watch('rungs');
  return (
    <Fold title="Take-profit ladder" set={rungsFilledIn(rungs)} wrong={useWrong(['rungs', ...rungNames(rungs).map((name) => `exits.${name}`)])}>
      <p className="text-xs text-ink-3">Instead of one take-profit, a position goes in parts: at each gain, rising from row to row, the share of it that is written there; of the last row an empty share is the rest.</p>
      {fields.length > 0 && (
        <ul className="mt-3 space-y-3">
          {fields.map(({ id }, at) => (
            <RungRow key={id} at={at} last={at === fields.length - 1} onRemove={() => remove(at)} />
          ))}
        </ul>
      )}
      {fields.length < MOST_RUNGS && (
        <Button size="sm" className="mt-3" onClick={() => append({ gain: '', share: '' })}>
          <Plus aria-hidden />
          {fields.length === 0 ? 'Sell in parts' : 'Add a target'}
        </Button>
      )}
    </Fold>
  );
}

// Where there is room for one field beside the button, the second stands below the first.
const ROW = 'grid grid-cols-[minmax(0,1fr)_auto] items-start gap-3 sm:grid-cols-[1fr_1fr_auto]';
const REMOVE = 'col-start-2 row-start-1 mt-6.5 sm:col-start-auto sm:row-start-auto';

function RungRow({ at, last, onRemove }: { at: number; last: boolean; onRemove: () => void }) {
  const { register } = useFormContext<{ rungs: Rung[] }>();
  const gain = useFault(`rungs.${at}.gain`);
  const share = useFault(`rungs.${at}.share`);
  // The server speaks of a row by the names that it was sent under.
  const gainRefused = useFault(`exits.${gainName(at)}`);
  const shareRefused = useFault(`exits.${shareName(at)}`);
  const target = `${ordinal(at)} target`;
  return (
    <li className={ROW}>
      <Field label={<span>{target.charAt(0).toUpperCase() + target.slice(1)}</span>} error={gain ?? gainRefused}>
        {(wiring) => <Input {...wiring} {...register(`rungs.${at}.gain`)} inputMode="decimal" unit="%" />}
      </Field>
      <Field label={<span>Share sold<span className="sr-only"> at the {target}</span></span>} error={share ?? shareRefused}>
        {(wiring) => <Input {...wiring} {...register(`rungs.${at}.share`)} inputMode="decimal" unit="%" {...(last ? { placeholder: 'The rest' } : {})} />}
      </Field>
      <Button look="quiet" size="icon" className={REMOVE} onClick={onRemove} aria-label={`Remove the ${target}`}>
        <X aria-hidden />
      </Button>
    </li>
  );
}

function FallingTarget() {
  const { control, watch } = useFormContext<{ falls: Fall[] }>();
  const { fields, append, remove } = useFieldArray({ control, name: 'falls' });
  const falls = watch('falls');
  return (
    <Fold title="Falling target" set={fallsFilledIn(falls)} wrong={useWrong(['falls', ...falls.map((one) => `exits.${nameOf(one)}`)])}>
      <p className="text-xs text-ink-3">A position that grows old may be content with less: from an age on, this gain takes the place of the take-profit. 0 % is its entry price.</p>
      {fields.length > 0 && (
        <ul className="mt-3 space-y-3">
          {fields.map(({ id }, at) => (
            <FallRow key={id} at={at} onRemove={() => remove(at)} />
          ))}
        </ul>
      )}
      {fields.length < MOST_FALLS && (
        <Button size="sm" className="mt-3" onClick={() => append({ minutes: '', gain: '' })}>
          <Plus aria-hidden />
          {fields.length === 0 ? 'Let the target fall' : 'Add an age'}
        </Button>
      )}
    </Fold>
  );
}

function FallRow({ at, onRemove }: { at: number; onRemove: () => void }) {
  const { register, watch } = useFormContext<{ falls: Fall[] }>();
  const name = nameOf(watch(`falls.${at}`) ?? { minutes: '', gain: '' });
  const late = useFault(`falls.${at}.minutes`);
  const little = useFault(`falls.${at}.gain`);
  // The server speaks of a row by the name that it was sent under.
  const refused = useFault(`exits.${name}`);
  const row = <span className="sr-only"> (row {at + 1})</span>;
  return (
    <li className={ROW}>
      <Field label={<span>From an age of{row}</span>} error={late}>
        {(wiring) => <Input {...wiring} {...register(`falls.${at}.minutes`)} inputMode="numeric" unit="min" />}
      </Field>
      <Field label={<span>Gain{row}</span>} error={little ?? refused}>
        {(wiring) => <Input {...wiring} {...register(`falls.${at}.gain`)} inputMode="decimal" unit="%" />}
      </Field>
      <Button look="quiet" size="icon" className={REMOVE} onClick={onRemove} aria-label={`Remove row ${at + 1} of the falling target`}>
        <X aria-hidden />
      </Button>
    </li>
  );
}
