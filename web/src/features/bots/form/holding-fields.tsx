import { SelectField, TextField } from '@/ui/settings/fields';

import { HOURS } from './holding';

/** What longs of a perpetual contract would pay, on a paper account whose venue lists coins only. */
export function HoldingFields() {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField name="holding.funding_rate" label="Funding" unit="%" numeric help="What holding costs each time, as on a perpetual contract; below 0 it is paid for it. 0 is nothing." />
      <SelectField name="holding.funding_hours" label="Charged every" options={HOURS.map((hours) => ({ value: String(hours), label: `${hours} h` }))} help="From midnight (UTC) on." />
    </div>
  );
}
