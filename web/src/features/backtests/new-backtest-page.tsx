import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useNavigate, useSearchParams } from 'react-router';

import { datasetList, factFileList, oneBacktest, useMakeBacktest, walkResult } from '@/api/backtests';
import { strategyList } from '@/api/strategies';
import type { Dataset, FactFile, NewBacktest, Strategy } from '@/api/types';
import { Card } from '@/ui/card';
import { Loaded } from '@/ui/loaded';
import { Page } from '@/ui/page';
import { Empty } from '@/ui/states';

import { BacktestForm } from './backtest-form';
import { filesOf } from './facts';
import { freshValues, valuesOf } from './values';
import { onceOf } from './walk-figures';

export function NewBacktestPage() {
  const strategies = useQuery(strategyList);
  const datasets = useQuery(datasetList);
  const facts = useQuery(factFileList);
  const [params] = useSearchParams();
  const from = params.get('from') ?? '';
  const model = useQuery({ ...oneBacktest(from), enabled: from !== '' });
  // One choice of a walk-forward, to be run once.
  const chosen = params.get('chosen');
  const walk = useQuery(walkResult(from, from !== '' && chosen !== null));
  return (
    <Page title="New backtest" back={{ to: '/backtests', label: 'Backtests' }} about="The same code that trades, on candles of the past.">
      <Loaded query={strategies}>
        {({ items }) => (
          <Loaded query={datasets}>
            {(data) => (
              <Loaded query={facts}>
                {({ items: files }) =>
                  data.items.length === 0 && filesOf(files, 'trades').length === 0 ? (
                    <Card>
                      <Empty icon={FlaskConical} title="There are no candles yet">
                        Download some with <code className="font-mono text-xs">botswain data download</code>, or let a bot listen to a market for a while; what it hears is recorded.
                      </Empty>
                    </Card>
                  ) : from === '' ? (
                    <Form strategies={items} datasets={data.items} files={files} />
                  ) : chosen !== null ? (
                    <Loaded query={model}>{(job) => <Loaded query={walk}>{(found) => <Form strategies={items} datasets={data.items} files={files} model={onceOf(job.request, found, chosen)} />}</Loaded>}</Loaded>
                  ) : (
                    <Loaded query={model}>{(job) => <Form strategies={items} datasets={data.items} files={files} model={job.request} />}</Loaded>
                  )
                }
              </Loaded>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

interface FormProps {
  strategies: readonly Strategy[];
  datasets: readonly Dataset[];
  files: readonly FactFile[];
  model?: NewBacktest;
}

function Form({ strategies, datasets, files, model }: FormProps) {
  const make = useMakeBacktest();
  const navigate = useNavigate();
  return (
    <BacktestForm
      strategies={strategies}
      datasets={datasets}
      files={files}
      begin={model ? valuesOf(model, strategies) : freshValues(strategies[0], datasets[0]?.id ?? '')}
      onSubmit={async (body, key) => {
        const job = await make.mutateAsync({ body, key });
        await navigate(`/backtests/${job.id}`);
      }}
    />
  );
}
