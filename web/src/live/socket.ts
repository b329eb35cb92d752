// The one live connection. It comes with a token, renews it where it is refused, and after every break everything that
// is shown is asked for again, so that nothing is missed.
import { io, type Socket } from 'socket.io-client';

import { renew } from '@/api/client';
import { queryClient } from '@/api/query-client';
import { useSession } from '@/lib/session';

import { connectionIs } from './connection';
import { EVENTS, take } from './events';

const REFUSED_WAIT_MS = 5_000;

/** Opens it; the answer closes it. */
export function openLive(): () => void {
  const socket = io({
    path: '/socket.io',
    transports: ['websocket', 'polling'],
    auth: (give) => give({ token: useSession.getState().token }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
  });
  let wasUp = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  connectionIs('connecting');
  socket.on('connect', () => {
    connectionIs('up');
    if (wasUp) void queryClient.invalidateQueries();
    wasUp = true;
  });
  socket.on('disconnect', (reason) => {
    connectionIs('down');
    if (reason === 'io server disconnect') waiting = setTimeout(() => again(socket), 500);
  });
  socket.on('connect_error', () => {
    connectionIs('down');
    // Still active: the network failed, and it tries again by itself. Otherwise the server refused the token.
    if (!socket.active) waiting = setTimeout(() => again(socket), wasUp ? 0 : REFUSED_WAIT_MS);
  });
  for (const event of EVENTS) socket.on(event as string, (told) => take(event, told));
  return () => {
    clearTimeout(waiting);
    socket.close();
    connectionIs('off');
  };
}

function again(socket: Socket): void {
  renew().then(
    (signedIn) => signedIn && socket.connect(),
    () => socket.connect(),
  );
}
