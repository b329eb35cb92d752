import { expect, it } from 'vitest';

import { whose } from './whose';

const sandbox = (source: string) => ({ venue: 'binance', environment: 'sandbox', source }) as const;

it('names a sandbox by its port where there are several, and a paper account by the prices that it has', () => {
  const odd = sandbox('sandbox:18331');
  expect(whose(odd, [odd, odd])).toBe('Binance sandbox');
  expect(whose(odd, [odd, sandbox('')])).toBe('Binance sandbox, port 18331');
  expect(whose(sandbox(''), [odd, sandbox('')])).toBe('Binance sandbox');
  expect(whose({ venue: 'binance', environment: 'paper', source: 'live' }, [odd])).toBe('Binance paper at live prices');
  expect(whose({ venue: 'binance', environment: 'live', source: '' }, [odd])).toBe('Binance live');
});
