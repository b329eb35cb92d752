import { useEffect } from 'react';

import { openLive } from './socket';

/** Holds the live connection while somebody is signed in. */
export function useLive(): void {
  useEffect(() => openLive(), []);
}
