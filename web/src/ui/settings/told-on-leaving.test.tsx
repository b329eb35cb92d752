// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FormProvider, useForm, type Resolver } from 'react-hook-form';
import { afterEach, expect, it } from 'vitest';

import type { Parameter } from '@/api/types';

import { ParameterFields, TextField } from './fields';
import { useToldOnLeaving } from './told-on-leaving';

afterEach(cleanup);

const step: Parameter = { name: 'step', kind: 'number', default: 0.01, least: 0, most: 1, choices: [], help: 'how far', fraction: true, section: '', depends: {} };
interface Values {
  name: string;
  parameters: { step: string };
}
const resolver: Resolver<Values> = ({ name, parameters }) => {
  const wrong = Number(parameters.step) > 100;
  const errors = { ...(wrong ? { parameters: { step: { type: 'range', message: 'At most 100 %' } } } : {}), ...(name ? {} : { name: { type: 'none', message: 'Give it a name' } }) };
  return { values: Object.keys(errors).length > 0 ? {} : { name, parameters }, errors } as ReturnType<Resolver<Values>>;
};

function Form() {
  const form = useForm<Values>({ defaultValues: { name: '', parameters: { step: '1' } }, resolver });
  return (
    <FormProvider {...form}>
      <form onBlur={useToldOnLeaving(form)}>
        <TextField name="name" label="Name" />
        <ParameterFields parameters={[step]} />
        <button type="button">On</button>
      </form>
    </FormProvider>
  );
}

it('tells a number out of its range as its field is left, and no more once it is right', async () => {
  const person = userEvent.setup();
  render(<Form />);
  await person.clear(screen.getByLabelText('Step'));
  await person.type(screen.getByLabelText('Step'), '101');
  expect(screen.queryByText('At most 100 %')).toBeNull();
  await person.tab();
  await screen.findByText('At most 100 %');
  await person.type(screen.getByLabelText('Step'), '{Backspace}');
  await expect.poll(() => screen.queryByText('At most 100 %')).toBeNull();
});

it('says nothing of a field that was only gone through', async () => {
  const person = userEvent.setup();
  render(<Form />);
  await person.click(screen.getByLabelText('Name'));
  await person.tab();
  await person.type(screen.getByLabelText('Step'), '01');
  await person.tab();
  await screen.findByText('At most 100 %');
  expect(screen.queryByText('Give it a name')).toBeNull();
});

it('waits until the pointer is up, so that nothing moves from under it', async () => {
  const person = userEvent.setup();
  render(<Form />);
  await person.type(screen.getByLabelText('Step'), '01');
  fireEvent.pointerDown(screen.getByText('On'));
  fireEvent.blur(screen.getByLabelText('Step'));
  await new Promise((done) => setTimeout(done, 20));
  expect(screen.queryByText('At most 100 %')).toBeNull();
  fireEvent.pointerUp(screen.getByText('On'));
  await screen.findByText('At most 100 %');
});
