import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Controller, useFormContext } from 'react-hook-form';

import type { FactFile } from '@/api/types';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { useFault } from '@/ui/settings/fields';

import { fileName } from './facts';

interface FilesFieldProps {
  name: string;
  label: string;
  help: ReactNode;
  files: readonly FactFile[];
}

/** Files of one kind, any number of them; one that is gone is named still, so that it can be taken off. */
export function FilesField({ name, label, help, files }: FilesFieldProps) {
  const { control } = useFormContext();
  const fault = useFault(name);
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => {
        const chosen = field.value as string[];
        const left = files.filter(({ id }) => !chosen.includes(id));
        return (
          <div className="space-y-2">
            <Field label={label} help={help} error={fault} optional>
              {(wiring) => (
                <Select
                  {...wiring}
                  value=""
                  disabled={left.length === 0}
                  placeholder={placeholderOf(files, chosen)}
                  onChange={(id) => field.onChange([...chosen, id])}
                  options={left.map(({ id }) => ({ value: id, label: fileName(id) }))}
                />
              )}
            </Field>
            {chosen.length > 0 && (
              <ul className="flex flex-wrap gap-1.5" aria-label={`${label}: files`}>
                {chosen.map((id) => (
                  <li key={id} className="inline-flex h-7 min-w-0 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-xs font-medium text-accent-text">
                    <span className="truncate">{fileName(id)}</span>
                    <button type="button" aria-label={`Leave ${fileName(id)} out`} className="rounded-full p-0.5 hover:bg-hover" onClick={() => field.onChange(chosen.filter((one) => one !== id))}>
                      <X className="size-3" aria-hidden />
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </div>
        );
      }}
    />
  );
}

function placeholderOf(files: readonly FactFile[], chosen: readonly string[]): string {
  if (files.length === 0) return 'There are no files';
  return chosen.length > 0 ? 'Add another file' : 'None';
}
