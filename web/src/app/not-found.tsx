import { CloudOff, Compass, RotateCw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link, useRouteError } from 'react-router';

import { useConnection } from '@/live/connection';
import { Button } from '@/ui/button';
import { Page } from '@/ui/page';
import { Empty, Failed } from '@/ui/states';

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty
        icon={Compass}
        title="There is nothing at this address"
        action={
          <Button asChild>
            <Link to="/">Go to the dashboard</Link>
          </Button>
        }
      >
        The page may have been put away, or the address has a slip in it.
      </Empty>
    </Page>
  );
}

// As Chromium, Firefox and Safari say it.
const NO_FILE = /dynamically imported module|module script failed/i;

/** A page that broke, or whose file could not be had: there is no connection, or a newer version was installed. */
export function PageFailed() {
  const error = useRouteError();
  return <main className="grid min-h-[60dvh] place-items-center">{error instanceof Error && NO_FILE.test(error.message) ? <NotFetched /> : <Failed error={error} retry={() => location.reload()} />}</main>;
}

/** Loads itself anew once the connection is back. */
function NotFetched() {
  const up = useConnection(({ state }) => state === 'up');
  const was = useRef(up);
  useEffect(() => {
    if (up && !was.current) location.reload();
    was.current = up;
  }, [up]);
  return (
    <Empty
      icon={CloudOff}
      title="This page could not be fetched"
      action={
        <Button size="sm" onClick={() => location.reload()}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      }
    >
      {up ? 'A newer version may have been installed.' : 'It opens by itself once the connection is back.'}
    </Empty>
  );
}
