// Which step is shown stands in the address: the browser's own Back goes a step back, and a reload stays where it was.
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { STEPS } from './steps';

export function useSteps(open: number) {
  const [params, setParams] = useSearchParams();
  const [furthest, setFurthest] = useState(open);
  const asked = STEPS.findIndex(({ id }) => id === params.get('step'));
  const at = Math.min(Math.max(asked, 0), furthest);
  const go = (next: number) => {
    setFurthest((old) => Math.max(old, next));
    if (next === at) return;
    setParams(
      (old) => {
        const fresh = new URLSearchParams(old);
        fresh.set('step', STEPS[next]!.id);
        return fresh;
      },
      // Or a second click, soon after the first, would be on the step that was left.
      { flushSync: true },
    );
    window.scrollTo({ top: 0 });
  };
  return { at, furthest, go };
}

/** Whether the address says that somebody is on the way through the form. */
export const isUnderWay = () => new URLSearchParams(window.location.search).has('step');
