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

const TRACE = 'botswain-session';

/** Whether somebody came in here and did not go out: else there is no cookie to try. Where nothing is kept nobody knows. */
export function mayBeIn(): boolean {
  try {
    return localStorage.getItem(TRACE) !== null;
  } catch {
    return true;
  }
}

function trace(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(TRACE, '1');
    else localStorage.removeItem(TRACE);
  } catch {
    // Nothing may be kept here; then the cookie is tried at each visit.
  }
}

export function enter(token: string, name: string, expiresInS: number): void {
  trace(true);
  useSession.setState({ state: 'in', token, name, expires_ms: Date.now() + expiresInS * 1000 });
}

export function leave(): void {
  trace(false);
  useSession.setState(NOBODY);
}
