// Fields of settings that bots and backtests share. Each is told by name what is wrong with it.
import { Controller, get, useFormContext } from 'react-hook-form';
import { createContext, useContext, type ReactNode } from 'react';

import type { Parameter, Sizing, Strategy } from '@/api/types';
import { labelOf, sentence } from '@/lib/words';
import { Switch } from '@/ui/choice';
import { Button } from '@/ui/button';
import { Field, Input, TextArea } from '@/ui/field';
import { Select } from '@/ui/select';

import { Fold, Folds } from './fold';
import { filledIn, LIMIT_GROUPS, UNIT, type Setting, type SettingGroup } from './limits';
import { bounds, matters, sections } from './parameters';
import { isShare, ODDS, SIZINGS, USUAL_PERIOD } from './schema';

const Refused = createContext<Record<string, string>>({});

/** What the server said of fields, for all fields within. */
export const RefusedFields = Refused.Provider;

export function useFault(name: string): string | undefined {
  const { formState } = useFormContext();
  const refused = useContext(Refused);
  const fault = get(formState.errors, name) as { message?: string } | undefined;
  return fault?.message ?? refused[name];
}

/** Whether anything is wrong with fields of these names. */
export function useWrong(names: readonly string[]): boolean {
  const { formState } = useFormContext();
  const refused = useContext(Refused);
  return names.some((name) => get(formState.errors, name) !== undefined || name in refused);
}

interface TextFieldProps {
  name: string;
  label: ReactNode;
  help?: ReactNode;
  unit?: ReactNode;
  numeric?: boolean;
  optional?: boolean;
  placeholder?: string;
  type?: string;
  className?: string;
}

export function TextField({ name, label, help, unit, numeric = false, optional = false, placeholder, type, className }: TextFieldProps) {
  const { register } = useFormContext();
  const fault = useFault(name);
  return (
    <Field label={label} help={help} error={fault} optional={optional} {...(className ? { className } : {})}>
      {(wiring) => (
        <Input
          {...wiring}
          {...register(name)}
          {...(numeric ? { inputMode: 'decimal' as const } : {})}
          {...(unit ? { unit } : {})}
          {...(placeholder ? { placeholder } : {})}
          {...(type ? { type } : {})}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps {
  name: string;
  label: ReactNode;
  help?: ReactNode;
  options: readonly { value: string; label: ReactNode; note?: ReactNode }[];
  placeholder?: string;
  className?: string;
  onChange?: (value: string) => void;
}

export function SelectField({ name, label, help, options, placeholder, className, onChange }: SelectFieldProps) {
  const { control } = useFormContext();
  const fault = useFault(name);
  return (
    <Field label={label} help={help} error={fault} {...(className ? { className } : {})}>
      {(wiring) => (
        <Controller
          control={control}
          name={name}
          render={({ field }) => (
            <Select
              {...wiring}
              value={String(field.value ?? '')}
              onChange={(value) => {
                field.onChange(value);
                onChange?.(value);
              }}
              options={options}
              {...(placeholder ? { placeholder } : {})}
            />
          )}
        />
      )}
    </Field>
  );
}

export function SwitchField({ name, label, help }: { name: string; label: ReactNode; help?: ReactNode }) {
  const { control } = useFormContext();
  const fault = useFault(name);
  return (
    <Field label={label} help={help} error={fault}>
      {(wiring) => <Controller control={control} name={name} render={({ field }) => <Switch {...wiring} checked={field.value === true} onChange={field.onChange} />} />}
    </Field>
  );
}

interface DataFieldProps {
  name: string;
  label: ReactNode;
  help?: ReactNode;
  example: string;
}

/** Data as JSON: a box to write it in, and an example to begin from. */
export function DataField({ name, label, help, example }: DataFieldProps) {
  const { register, setValue } = useFormContext();
  const fault = useFault(name);
  const take = () => setValue(name, example, { shouldDirty: true, shouldValidate: true });
  return (
    <div className="space-y-2 sm:col-span-2">
      <Field label={label} help={help} error={fault}>
        {(wiring) => <TextArea {...wiring} {...register(name)} rows={12} spellCheck={false} className="num text-xs whitespace-pre" />}
      </Field>
      {example && (
        <details className="text-xs text-ink-3">
          <summary className="cursor-pointer">An example</summary>
          <pre className="mt-2 overflow-x-auto rounded-lg bg-sunken p-3">{example}</pre>
          <Button size="sm" className="mt-2" onClick={take}>
            Begin with it
          </Button>
        </details>
      )}
    </div>
  );
}

/** without: the names of those that are set elsewhere. */
export function ParameterFields({ parameters, without = [] }: { parameters: readonly Parameter[]; without?: readonly string[] }) {
  const { watch, formState } = useFormContext();
  const refused = useContext(Refused);
  const values = watch('parameters') as Record<string, unknown>;
  // What is wrong is shown whether it matters or not.
  const wrong = ({ name }: Parameter) => get(formState.errors, `parameters.${name}`) !== undefined || `parameters.${name}` in refused;
  return (
    <div className="space-y-7">
      {sections(parameters, (one) => !without.includes(one.name) && (matters(one, parameters, values) || wrong(one))).map(({ title, parameters: shown }) => (
        <fieldset key={title}>
          {title && <legend className="mb-3 text-sm font-semibold">{title}</legend>}
          <div className="grid gap-x-5 gap-y-5 sm:grid-cols-2">
            {shown.map((parameter) => (
              <ParameterField key={parameter.name} parameter={parameter} />
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function ParameterField({ parameter }: { parameter: Parameter }) {
  const { kind, choices } = parameter;
  const name = `parameters.${parameter.name}`;
  const label = labelOf(parameter.name);
  const range = kind === 'integer' || kind === 'number' ? bounds(parameter) : '';
  const help = `${parameter.help.charAt(0).toUpperCase()}${parameter.help.slice(1)}.${range ? ` ${range}.` : ''}`;
  if (kind === 'data') return <DataField name={name} label={label} help={help} example={parameter.example ?? ''} />;
  if (kind === 'boolean') return <SwitchField name={name} label={label} help={help} />;
  if (kind === 'choice') return <SelectField name={name} label={label} help={help} options={choices.map((value) => ({ value, label: sentence(value) }))} />;
  return <TextField name={name} label={label} help={help} numeric={kind !== 'text'} optional={kind === 'text'} placeholder={parameter.example ?? undefined} unit={parameter.fraction ? '%' : undefined} />;
}

export function SettingFields({ at, table }: { at: 'exits' | 'limits'; table: readonly Setting[] }) {
  return (
    <div className="grid gap-x-5 gap-y-5 sm:grid-cols-2">
      {table.map(({ name, label, help, measure, empty }) => (
        <TextField key={name} name={`${at}.${name}`} label={label} help={help} unit={UNIT[measure] || undefined} numeric placeholder={empty ?? 'Off'} />
      ))}
    </div>
  );
}

/** Settings that belong together, folded away under what is set of them. */
export function SettingFold({ at, group: { title, table } }: { at: 'exits' | 'limits'; group: SettingGroup }) {
  const values = useFormContext().watch(at) as Record<string, string>;
  return (
    <Fold title={title} set={filledIn(values, table)} wrong={useWrong(table.map(({ name }) => `${at}.${name}`))}>
      <SettingFields at={at} table={table} />
    </Fold>
  );
}

/** The limits of the risk gate. */
export function LimitFields() {
  return (
    <Folds>
      {LIMIT_GROUPS.map((group) => (
        <SettingFold key={group.title} at="limits" group={group} />
      ))}
    </Folds>
  );
}

export function SizingFields({ strategy, base, quote }: { strategy: Strategy; base: string; quote: string }) {
  const { watch, setValue } = useFormContext();
  const kind = watch('sizing.kind') as Sizing['kind'];
  const { unit, help } = SIZINGS[kind];
  const units: Record<string, string> = { base, quote };
  const options = strategy.sizings.filter((one): one is Sizing['kind'] => one in SIZINGS).map((value) => ({ value, label: SIZINGS[value].label }));
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <SelectField name="sizing.kind" label="Sizing" options={options} onChange={(next) => setValue('sizing.size', SIZINGS[next as Sizing['kind']].usual)} />
      <TextField name="sizing.size" label="Size" help={help} unit={units[unit] ?? unit} numeric />
      {kind === 'kelly' ? ODDS.map((one) => <TextField key={one.name} name={`sizing.odds.${one.name}`} label={one.label} help={one.help} numeric />) : null}
      {kind === 'volatility' ? <TextField name="sizing.period" label="Looked at over" help={`How many closed candles say how far it moves; ${USUAL_PERIOD} if left empty.`} unit="candles" numeric optional /> : null}
      {isShare(kind) ? <SwitchField name="sizing.compounding" label="Compounding" help="Positions grow and shrink with what was earned. Off: they are of the starting capital." /> : null}
    </div>
  );
}
