// Coming in and going out.
import { api, data, take } from './client';
import { ended, tellTabs } from './tabs';

export async function signIn(name: string, password: string): Promise<void> {
  take(await data(api.POST('/api/v1/auth/sign-in', { body: { name, password } })));
  tellTabs('in');
}

/** Nothing of the person stays behind in any tab, whether the server heard of it or not. */
export async function signOut(): Promise<void> {
  try {
    await api.POST('/api/v1/auth/sign-out');
  } finally {
    ended();
    tellTabs('out');
  }
}

export async function changePassword(current: string, next: string): Promise<void> {
  await api.POST('/api/v1/auth/password', { body: { current, new: next } });
}
