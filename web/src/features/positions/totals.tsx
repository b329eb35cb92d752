import type { Position } from '@/api/types';
import { sum } from '@/lib/decimal';
import { money } from '@/lib/format';
import { sentence } from '@/lib/words';
import { Card } from '@/ui/card';
import { Profit } from '@/ui/profit';
import { Stat } from '@/ui/stat';

// What a person looks for first comes first, as on the dashboard.
const REAL_FIRST: readonly Position['environment'][] = ['live', 'test', 'paper', 'sandbox'];

const quoteOf = (one: Position) => one.symbol.split('/')[1] ?? '';

/** Positions by kind of money: play money and real money make no sum, and neither do two assets. */
function kindsOf(items: readonly Position[]): { environment: Position['environment']; quote: string; own: Position[] }[] {
  return REAL_FIRST.flatMap((environment) => {
    const here = items.filter((one) => one.environment === environment);
    return [...new Set(here.map(quoteOf))].sort().map((quote) => ({ environment, quote, own: here.filter((one) => quoteOf(one) === quote) }));
  });
}

export function Totals({ items }: { items: readonly Position[] }) {
  return (
    <>
      {kindsOf(items).map(({ environment, quote, own }) => {
        const total = (pick: (one: Position) => string | null) => sum(own.map((one) => pick(one) ?? '0'));
        return (
          <Card key={`${environment} ${quote}`}>
            <dl aria-label={`${sentence(environment)}, ${quote}`} className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Stat label={`Value, ${quote}`} note={`of ${environment} bots`}>
                {money(total((one) => one.value), quote)}
              </Stat>
              <Stat label={`Unrealised, ${quote}`}>
                <Profit value={total((one) => one.unrealized)} asset={quote} />
              </Stat>
              <Stat label={`Realised, ${quote}`}>
                <Profit value={total((one) => one.realized)} asset={quote} />
              </Stat>
              <Stat label={`Fees, ${quote}`}>{money(total((one) => one.fees), quote)}</Stat>
            </dl>
          </Card>
        );
      })}
    </>
  );
}
