// The one live connection. It comes with a token, renews it where it is refused, and after every break everything that
// is shown is asked for again, so that nothing is missed.
import { io, type Socket } from 'socket.io-client';

import { renew } from '@/api/client';
import { queryClient } from '@/api/query-client';
import { useSession } from '@/lib/session';

import { connectionIs } from './connection';
import { EVENTS, take } from './events';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

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
  let refusals = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  // A server that refuses every token is asked ever more seldom.
  const later = () => (waiting = setTimeout(() => again(socket), Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** refusals++)));
  connectionIs('connecting');
  socket.on('connect', () => {
    connectionIs('up');
    refusals = 0;
    if (wasUp) void queryClient.invalidateQueries();
    wasUp = true;
  });
  socket.on('disconnect', (reason) => {
    connectionIs('down');
    if (reason === 'io server disconnect') later();
  });
  socket.on('connect_error', () => {
    connectionIs('down');
    // Still active: the network failed, and it tries again by itself. Otherwise the server refused the token.
    if (!socket.active) later();
  });
  for (const event of EVENTS) socket.on(event as string, (...told) => take(event, ...told));
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
