import { useSyncExternalStore } from 'react';

/** Whether the window is as narrow as a phone's, or a usual one at 200 %: tables become cards there. */
export function usePhone(): boolean {
  return useMedia('(max-width: 767px)');
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
