// What the tabs of one browser tell each other: that somebody signed in, or out. No token goes from tab to tab; each
// shows the cookie that they share. Only what a person did is told, so tabs never answer each other.
import { leave, useSession } from '@/lib/session';

import { renew } from './client';
import { queryClient } from './query-client';

type Told = 'in' | 'out';

const NAME = 'botswain.session';

// One for the tab: it is told nothing of what it said itself.
let channel: BroadcastChannel | null = null;

export function tellTabs(told: Told): void {
  channel?.postMessage(told);
}

/** Does in this tab what was done in another one; the answer ends it. */
export function hearTabs(): () => void {
  if (!('BroadcastChannel' in globalThis)) return () => undefined;
  const own = new BroadcastChannel(NAME);
  own.onmessage = ({ data }: MessageEvent<Told>) => void (data === 'in' ? follow().catch(() => undefined) : ended());
  channel = own;
  return () => {
    own.close();
    if (channel === own) channel = null;
  };
}

/** Takes the place of whoever was here: what is shown is another person's, or of another sign-in of the same one. */
async function follow(): Promise<void> {
  const before = useSession.getState().name;
  await renew();
  const now = useSession.getState().name;
  if (before !== null && before !== now) queryClient.clear();
}

/** Nothing of the person stays behind in this tab. */
export function ended(): void {
  leave();
  queryClient.clear();
}
