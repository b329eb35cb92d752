import { Compass } from 'lucide-react';
import { Link, useRouteError } from 'react-router';

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

/** A page that broke, or whose file is gone because a newer version was installed. */
export function PageFailed() {
  const error = useRouteError();
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <Failed error={error} retry={() => location.reload()} />
    </main>
  );
}
