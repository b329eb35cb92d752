import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { z } from 'zod';

import { changePassword } from '@/api/auth';
import { Button } from '@/ui/button';
import { RefusedFields, TextField } from '@/ui/settings/fields';
import { placed } from '@/ui/settings/problems';
import { Notice } from '@/ui/states';

const LEAST = 12;
const schema = z
  .object({ current: z.string().min(1, 'Write your current password'), new: z.string().min(LEAST, `At least ${LEAST} letters`), again: z.string() })
  .refine((values) => values.new === values.again, { path: ['again'], message: 'The two are not the same' });
type Values = z.infer<typeof schema>;
const EMPTY: Values = { current: '', new: '', again: '' };

export function PasswordForm() {
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const [refusal, setRefusal] = useState<unknown>(null);
  const { fields, rest } = placed(refusal, Object.keys(EMPTY));
  const submit = form.handleSubmit(async (values) => {
    setRefusal(null);
    try {
      await changePassword(values.current, values.new);
      form.reset(EMPTY);
      toast.success('Your password is changed');
    } catch (error) {
      setRefusal(error);
    }
  });
  return (
    <FormProvider {...form}>
      <RefusedFields value={fields}>
        <form
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          {rest && <Notice>{rest}</Notice>}
          <TextField name="current" label="Current password" type="password" />
          <TextField name="new" label="New password" type="password" help={`At least ${LEAST} letters. Whoever else is signed in as you is signed out.`} />
          <TextField name="again" label="New password again" type="password" />
          <Button type="submit" look="primary" busy={form.formState.isSubmitting}>
            Change the password
          </Button>
        </form>
      </RefusedFields>
    </FormProvider>
  );
}
