import { useEffect, useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';

import { renew } from '@/api/client';
import { leave, mayBeIn, useSession } from '@/lib/session';
import { LogoMark } from '@/ui/logo';
import { Failed } from '@/ui/states';

/** Lets signed-in people through; tries the cookie first, and keeps the address for after the sign-in. */
export function Guard() {
  const state = useSession((session) => session.state);
  const [error, setError] = useState<unknown>(null);
  const { pathname, search } = useLocation();
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    if (useSession.getState().state !== 'unknown') return;
    if (mayBeIn()) renew().catch(setError);
    else leave();
  }, [attempts]);
  const again = () => {
    setError(null);
    setAttempts(attempts + 1);
  };

  if (state === 'in') return <Outlet />;
  if (state === 'out') {
    const wanted = pathname + search;
    return <Navigate to={wanted === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(wanted)}`} replace />;
  }
  return (
    <main className="grid min-h-dvh place-items-center">
      {error ? (
        <Failed error={error} retry={again} />
      ) : (
        <div role="status" aria-label="Loading" className="animate-pulse-soft">
          <LogoMark className="size-10" />
        </div>
      )}
    </main>
  );
}
