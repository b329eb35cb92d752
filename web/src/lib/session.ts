// Who is signed in. The access token is here, in memory, and nowhere else: what renews it is a cookie that no script
// can read.
import { create } from 'zustand';

interface Session {
  /** unknown: the cookie has not been tried yet */
  state: 'unknown' | 'in' | 'out';
  token: string | null;
  name: string | null;
  /** by this machine's clock */
  expires_ms: number;
}

const NOBODY: Session = { state: 'out', token: null, name: null, expires_ms: 0 };

export const useSession = create<Session>(() => ({ ...NOBODY, state: 'unknown' }));

export function enter(token: string, name: string, expiresInS: number): void {
  useSession.setState({ state: 'in', token, name, expires_ms: Date.now() + expiresInS * 1000 });
}

export function leave(): void {
  useSession.setState(NOBODY);
}
