import { useMemo } from 'react';

import type { Backtest, WalkResult } from '@/api/types';
import { EquityChart } from '@/charts/lazy';
import { count, percent, ratio } from '@/lib/format';
import { dateOnly } from '@/lib/time';
import { sentence, words } from '@/lib/words';
import { Badge } from '@/ui/badge';
import { Card } from '@/ui/card';
import { cx } from '@/ui/class-names';
import { Change, Profit } from '@/ui/profit';
import { Facts, Stat } from '@/ui/stat';

import { FoldTable } from './fold-table';
import { OBJECTIVES, type Objective } from './walk';
import { ComparisonTable, StabilityTable } from './walk-tables';
import { curvesOf, figureIn, gainedOf, STANDINGS } from './walk-figures';

/** What came of choosing: the verdict, the test spans as one account, each fold, and how steadily it is chosen. */
export function WalkReport({ result, job }: { result: WalkResult; job: Backtest }) {
  const curves = useMemo(() => curvesOf(result), [result]);
  const start = Number(job.request.capital);
  const quote = (job.request.symbols[0] ?? symbolIn(result)).split('/')[1] ?? 'USDT';
  const { label, tone } = STANDINGS[result.standing];
  const { folds, comparison } = result;
  const profit = figureIn(result, 'returns', 'net_profit');
  const steady = folds.length > 1 && result.stability.length > 0;
  const sharpe = comparison.chosen?.sharpe ?? null;
  return (
    <div className="space-y-4">
      <Card>
        <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
          <Badge tone={tone} dot>
            {label}
          </Badge>
          <p className="min-w-0 flex-1 basis-72 font-medium">{result.verdict}</p>
        </div>
      </Card>
      <Card>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
          <Stat label={`Profit, ${quote}`}>
            <Profit value={profit === null ? null : profit.toFixed(2)} asset={quote} />
          </Stat>
          <Stat label="Return" note={<>market {percent(comparison.buy_and_hold?.total_return, true)}</>}>
            <Change fraction={comparison.chosen?.total_return} />
          </Stat>
          <Stat label="Deepest drawdown">{percent(comparison.chosen?.max_drawdown)}</Stat>
          <Stat label="Sharpe" note={sharpe === null ? 'needs days of different returns' : result.probabilistic_sharpe === null ? null : `above 0 by ${percent(result.probabilistic_sharpe, false, 0)}`}>
            {ratio(sharpe)}
          </Stat>
          <Stat label="Growth kept" note="of that in training">
            {percent(result.efficiency, false, 0)}
          </Stat>
          <Stat label={folds.length > 1 ? 'Test spans that gained' : 'Test span gained'}>
            {folds.length > 1 ? `${gainedOf(result)} of ${folds.length}` : gainedOf(result) ? 'Yes' : 'No'}
          </Stat>
        </dl>
      </Card>
      <Card flush title={`Out of sample: equity on ${folds.length > 1 ? 'all test spans' : 'the test span'}, ${quote}`} aside={<span className="text-xs text-ink-3">Thin line: bought and held</span>}>
        <EquityChart className="h-72 w-full" points={curves.chosen} second={curves.held} base={start} label="Equity out of sample" asset={quote} />
      </Card>
      <FoldTable result={result} job={job} />
      <div className={cx('grid gap-4', steady && 'lg:grid-cols-2')}>
        <ComparisonTable result={result} job={job} />
        {steady && <StabilityTable result={result} strategy={job.request.strategy} />}
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="What the words mean">
          <Facts
            rows={[
              ['In sample', 'what parameters were chosen on'],
              ['Out of sample', 'what they were judged on: nothing was chosen there'],
              ['Warm-up', 'indicators begin on candles before a test span, as they would have then'],
              ['At its end', 'what is open is reckoned as sold, fee and slippage paid'],
              ['Growth kept', 'growth a year out of sample by that in sample; below 50 % most of it was noise'],
            ]}
          />
        </Card>
        <Card title="What it rests on">
          <Facts rows={restsOn(result)} />
        </Card>
      </div>
    </div>
  );
}

const symbolIn = ({ data }: WalkResult): string => (typeof data[0]?.symbol === 'string' ? data[0].symbol : 'BTC/USDT');

function restsOn(result: WalkResult): [string, string][] {
  const rows: [string, string][] = result.data.map(({ symbol, timeframe, first_ms, last_ms, candles }) => [
    String(symbol),
    `${count(Number(candles))} candles of ${String(timeframe)}, ${dateOnly(Number(first_ms))} to ${dateOnly(Number(last_ms))}`,
  ]);
  for (const [name, values] of Object.entries(result.vary)) rows.push([sentence(name), values.length > 6 ? `${values.length} values, ${String(values[0])} to ${String(values.at(-1))}` : values.map((one) => words(String(one))).join(', ')]);
  const tried = Object.values(result.folds[0]?.tried ?? {}).reduce((sum, one) => sum + one, 0);
  rows.push(['Combinations', `${count(tried)} on each training span`], ['Looked for', OBJECTIVES[result.objective as Objective] ?? result.objective]);
  return rows;
}
