import { useQuery } from '@tanstack/react-query';
import { Ban, Rocket, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { toast } from 'sonner';

import { backtestResult, oneBacktest, useCancelBacktest, walkResult } from '@/api/backtests';
import { messageOf } from '@/api/problem';
import type { Backtest } from '@/api/types';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { LoadedPage } from '@/ui/loaded-page';
import { Page } from '@/ui/page';
import { JobStateBadge } from '@/ui/state-badge';
import { Notice } from '@/ui/states';
import { When } from '@/ui/when';

import { ProgressBar } from './progress-bar';
import { PromoteDialog } from './promote-dialog';
import { Report } from './report';
import { titleOf, WAYS } from './title';
import { WalkReport } from './walk-report';

const BACK = { to: '/backtests', label: 'Backtests' };

export function BacktestPage() {
  const { jobId = '' } = useParams();
  const job = useQuery(oneBacktest(jobId));
  return (
    <LoadedPage query={job} noun="backtest" back={BACK} absent="The address may have a slip in it, or be one of another installation.">
      {(found) => <Shown job={found} />}
    </LoadedPage>
  );
}

function Shown({ job }: { job: Backtest }) {
  const [promoting, setPromoting] = useState(false);
  const done = job.state === 'done';
  const walked = job.request.walk != null;
  const result = useQuery(backtestResult(job.id, done && !walked));
  const walk = useQuery(walkResult(job.id, done && walked));
  const cancel = useCancelBacktest(job.id);
  const going = job.state === 'waiting' || job.state === 'running';
  const title = titleOf(job.request);
  return (
    <Page
      title={title}
      back={BACK}
      heading={
        <span className="flex flex-wrap items-center gap-3">
          {title} {job.request.walk && <Badge tone="accent">{WAYS[job.request.walk.kind]}</Badge>} <JobStateBadge state={job.state} />
        </span>
      }
      about={
        <>
          Asked for at <When ms={job.created_ms} />
        </>
      }
      actions={
        <>
          <Button asChild>
            <Link to={`/backtests/new?from=${job.id}`}>
              <SlidersHorizontal aria-hidden />
              Change and run again
            </Link>
          </Button>
          {done && !walked && (
            <Button look="primary" onClick={() => setPromoting(true)}>
              <Rocket aria-hidden />
              Make a bot of it
            </Button>
          )}
          {going && (
            <Button busy={cancel.isPending} onClick={() => cancel.mutate(undefined, { onError: (error) => toast.error('It did not stop', { description: messageOf(error) }) })}>
              <Ban aria-hidden />
              Cancel
            </Button>
          )}
        </>
      }
    >
      {going && (
        <Card title="Under way">
          <ProgressBar job={job} wide />
          <p className="mt-2 text-sm text-ink-3" aria-live="polite">
            {job.message || 'Waiting for a free worker'}
          </p>
        </Card>
      )}
      {job.state === 'failed' && <Notice>{job.message || 'It failed, and did not say why.'}</Notice>}
      {job.state === 'canceled' && <Notice tone="warn">It was cancelled before it was done. Run it again to see its report.</Notice>}
      {done && !walked && <Loaded query={result}>{(found) => <Report result={found} request={job.request} />}</Loaded>}
      {done && walked && <Loaded query={walk}>{(found) => <WalkReport result={found} job={job} />}</Loaded>}
      {promoting && <PromoteDialog job={job} onClose={() => setPromoting(false)} />}
    </Page>
  );
}
