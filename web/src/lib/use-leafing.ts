// Leafing through a list by the place where each page begins: rows come while somebody leafs, and so many from the top
// would be other ones then.
import { useRef } from 'react';

export interface Leaf {
  page: number;
  /** the place it begins after; of the first page none */
  after: string | undefined;
}

export const FIRST_LEAF: Leaf = { page: 1, after: undefined };

/** Where to turn from a page: to `next`, which its list told, or back to the page before, to the first where that is not known. */
export function useLeafing(at: Leaf, go: (to: Leaf) => void) {
  const begins = useRef(new Map<number, string | undefined>());
  return (page: number, next: string | null) => {
    if (page > at.page) {
      if (next === null) return;
      begins.current.set(at.page, at.after);
      go({ page: at.page + 1, after: next });
    } else {
      const after = begins.current.get(at.page - 1);
      go(after === undefined ? FIRST_LEAF : { page: at.page - 1, after });
    }
  };
}
