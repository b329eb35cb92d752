// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import type { Position } from '@/api/types';

import { Totals } from './totals';

afterEach(cleanup);

const held = (environment: Position['environment'], symbol: string, value: string) =>
  ({ environment, symbol, value, unrealized: '1', realized: '2', fees: '3' }) as unknown as Position;

it('adds up each kind of money apart, real money first', () => {
  render(
    <Totals
      items={[held('sandbox', 'BTC/USDT', '1000'), held('paper', 'BTC/USDT', '20'), held('live', 'ETH/USDT', '5'), held('sandbox', 'ETH/USDT', '100'), held('paper', 'BTC/EUR', '7')]}
    />,
  );
  const kinds = ['Live, USDT', 'Paper, EUR', 'Paper, USDT', 'Sandbox, USDT'];
  const values = kinds.map((kind) => screen.getByLabelText(kind).textContent);
  expect(values).toEqual([
    'Value, USDT5.00of live botsUnrealised, USDT+1.00Realised, USDT+2.00Fees, USDT3.00',
    'Value, EUR7.00of paper botsUnrealised, EUR+1.00Realised, EUR+2.00Fees, EUR3.00',
    'Value, USDT20.00of paper botsUnrealised, USDT+1.00Realised, USDT+2.00Fees, USDT3.00',
    'Value, USDT1,100.00of sandbox botsUnrealised, USDT+2.00Realised, USDT+4.00Fees, USDT6.00',
  ]);
  expect(document.querySelectorAll('dl').length).toBe(4);
});
