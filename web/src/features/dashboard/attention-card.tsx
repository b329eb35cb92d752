import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';

import { fleetSummary } from '@/api/fleet';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';

export function AttentionCard() {
  const summary = useQuery(fleetSummary);
  return (
    <Card title="Needs attention">
      <Loaded query={summary}>
        {({ attention }) =>
          attention.length === 0 ? (
            <p className="flex items-center gap-2 text-sm text-ink-3">
              <CircleCheck className="size-4 text-up" aria-hidden />
              Nothing. Every bot does as it was told.
            </p>
          ) : (
            <ul className="space-y-3">
              {attention.map((one) => (
                <li key={`${one.code}-${one.bot_id}`} className="flex gap-2.5 text-sm">
                  <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
                  <p className="min-w-0 text-ink-2">
                    {one.bot_id && (
                      <Link to={`/bots/${one.bot_id}`} className="rounded font-medium text-ink hover:underline">
                        {one.bot_name}
                      </Link>
                    )}{' '}
                    {one.message}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
