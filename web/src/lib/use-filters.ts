// Filters that live in the address, so that a view can be bookmarked, shared and gone back to.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export type Filters<Name extends string> = Partial<Record<Name, string>>;

export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const key = names.join(',');
  const values = useMemo(() => {
    const found: Filters<Name> = {};
    for (const name of key.split(',') as Name[]) {
      const value = params.get(name);
      if (value) found[name] = value;
    }
    return found;
  }, [params, key]);

  /** A change of any filter but the page goes back to the first page. */
  const change = useCallback(
    (next: Filters<Name | 'page' | 'after'>) => {
      setParams(
        (old) => {
          const fresh = new URLSearchParams(old);
          if (!('page' in next)) {
            fresh.delete('page');
            fresh.delete('after');
          }
          for (const [name, value] of Object.entries(next)) {
            if (value) fresh.set(name, String(value));
            else fresh.delete(name);
          }
          return fresh;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  const page = Math.max(1, Number(params.get('page')) || 1);
  return { values, change, page, after: params.get('after') || undefined };
}
