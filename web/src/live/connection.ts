// How the live connection stands; what the banner and the quiet dot in the shell go by.
import { create } from 'zustand';

interface Connection {
  state: 'off' | 'connecting' | 'up' | 'down';
  since_ms: number;
}

export const useConnection = create<Connection>(() => ({ state: 'off', since_ms: 0 }));

export function connectionIs(state: Connection['state']): void {
  if (useConnection.getState().state !== state) useConnection.setState({ state, since_ms: Date.now() });
}
