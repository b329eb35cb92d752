import { expect, it } from 'vitest';

import { csvOf } from './csv';

it('quotes what needs it and lets no cell become a formula', () => {
  const text = csvOf(['bot', 'profit'], [['a "b", c', '-1.50'], ['=SUM(A1)', null], ['-cmd', 3]]);
  expect(text).toBe('bot,profit\r\n"a ""b"", c",-1.50\r\n\'=SUM(A1),\r\n\'-cmd,3\r\n');
});
