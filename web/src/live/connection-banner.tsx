import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';

import { ago } from '@/lib/time';

import { useConnection } from './connection';

/** A short break is nobody's business. */
const PATIENCE_MS = 1_500;

export function ConnectionBanner() {
  const { state, since_ms } = useConnection();
  const [now, setNow] = useState(() => Date.now());
  const down = state === 'down';
  useEffect(() => {
    if (!down) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [down]);
  const shown = down && now - since_ms >= PATIENCE_MS;
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <div className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <WifiOff className="size-4 shrink-0" aria-hidden />
          <span>
            <strong className="font-semibold">Connection lost</strong> {ago(since_ms, now)}. Bots go on trading; what you see may be old. Trying again…
          </span>
        </div>
      )}
    </div>
  );
}
