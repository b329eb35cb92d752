// Coming in and going out.
import { leave } from '@/lib/session';

import { api, data, take } from './client';
import { queryClient } from './query-client';

export async function signIn(name: string, password: string): Promise<void> {
  take(await data(api.POST('/api/v1/auth/sign-in', { body: { name, password } })));
}

/** Nothing of the person stays behind in this tab, whether the server heard of it or not. */
export async function signOut(): Promise<void> {
  try {
    await api.POST('/api/v1/auth/sign-out');
  } finally {
    leave();
    queryClient.clear();
  }
}

export async function changePassword(current: string, next: string): Promise<void> {
  await api.POST('/api/v1/auth/password', { body: { current, new: next } });
}
