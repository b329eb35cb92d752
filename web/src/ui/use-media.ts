import { useSyncExternalStore } from 'react';

/** Whether the screen is as narrow as a phone's: tables become cards there. */
export function usePhone(): boolean {
  return useMedia('(max-width: 639px)');
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}
