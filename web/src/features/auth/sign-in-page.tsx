import { zodResolver } from '@hookform/resolvers/zod';
import { Eye, EyeOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { z } from 'zod';

import { signIn } from '@/api/auth';
import { renew } from '@/api/client';
import { messageOf, Problem } from '@/api/problem';
import { leave, mayBeIn, useSession } from '@/lib/session';
import { Button } from '@/ui/button';
import { Field, Input } from '@/ui/field';
import { Logo } from '@/ui/logo';
import { Notice } from '@/ui/states';

import { nextOf } from './next';
import { Rigging } from './rigging';

const schema = z.object({ name: z.string().trim().min(1, 'Write your name'), password: z.string().min(1, 'Write your password') });
type Values = z.infer<typeof schema>;

export function SignInPage() {
  const state = useSession((session) => session.state);
  const [params] = useSearchParams();
  const next = nextOf(params.get('next'));
  useEffect(() => {
    document.title = 'Sign in · Botswain';
    // Who comes to this very address may be signed in: the cookie says so, and the form stands meanwhile.
    if (useSession.getState().state !== 'unknown') return;
    if (mayBeIn()) renew().catch(() => undefined);
    else leave();
  }, []);
  if (state === 'in') return <Navigate to={next} replace />;
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col px-6 py-8 sm:px-12">
        <Logo />
        <div className="m-auto w-full max-w-sm py-10">
          <h1 className="text-2xl font-semibold tracking-tight">Welcome aboard</h1>
          <p className="mt-1.5 mb-7 text-sm text-ink-3">Sign in to see your crew at work.</p>
          <SignInForm next={next} />
        </div>
        <p className="text-xs text-ink-3">The first password was printed once, when Botswain started for the first time.</p>
      </main>
      <Rigging />
    </div>
  );
}

function SignInForm({ next }: { next: string }) {
  const navigate = useNavigate();
  const [refused, setRefused] = useState<string | null>(null);
  const [shown, setShown] = useState(false);
  const { register, handleSubmit, formState, setFocus, resetField } = useForm<Values>({ resolver: zodResolver(schema), defaultValues: { name: '', password: '' } });
  useEffect(() => setFocus('name'), [setFocus]);
  const submit = handleSubmit(async ({ name, password }) => {
    setRefused(null);
    try {
      await signIn(name, password);
      await navigate(next, { replace: true });
    } catch (error) {
      setRefused(error instanceof Problem && error.status === 401 ? 'The name or the password is wrong.' : messageOf(error));
      resetField('password');
      setFocus('password');
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="space-y-4">
      {refused && <Notice>{refused}</Notice>}
      <Field label="Name" error={formState.errors.name?.message}>
        {(wiring) => <Input {...wiring} {...register('name')} autoComplete="username" autoCapitalize="none" spellCheck={false} />}
      </Field>
      <Field label="Password" error={formState.errors.password?.message}>
        {(wiring) => (
          <span className="relative block">
            <Input {...wiring} {...register('password')} type={shown ? 'text' : 'password'} autoComplete="current-password" className="pr-10" />
            <Button look="quiet" size="icon-sm" className="absolute top-0.5 right-0.5" onClick={() => setShown(!shown)} aria-label={shown ? 'Hide the password' : 'Show the password'} aria-pressed={shown}>
              {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            </Button>
          </span>
        )}
      </Field>
      <Button type="submit" look="primary" className="w-full" busy={formState.isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
