import { expect, it } from 'vitest';

import { groups, heldNote, whyNone } from './metrics';

const shown = (metrics: Record<string, unknown>) => Object.fromEntries(groups(metrics, 'USDT').flatMap(({ rows }) => rows));

it('says beside the share that won what is still held, which is in no round trip', () => {
  expect(heldNote({ trips_open_profit: '-1654.2' }, 'USDT')).toBe('of closed trips; what is still held: −1,654.20');
  expect(heldNote({ trips_open_profit: '0' }, 'USDT')).toBeNull();
  expect(heldNote({}, 'USDT')).toBeNull();
});

it('says why a figure is missing', () => {
  expect(whyNone({ sharpe: 1.2 }, 'sharpe')).toBeNull();
  expect(whyNone({ sharpe: null, volatility: null }, 'sharpe')).toBe('needs days of different returns');
  expect(shown({ trips_count: 0 })).toMatchObject({ Won: 'no trip was closed', Sharpe: 'needs days of different returns', 'Profit factor': 'no trip was closed' });
  expect(shown({ total_return: -0.0216, cagr: null, calmar: null })).toMatchObject({ 'A year': 'needs a week', Calmar: 'needs a week' });
  expect(shown({ total_return: 0.02, cagr: 0.4, calmar: null, volatility: 0.1 })).toMatchObject({ Calmar: 'cannot be told of this run' });
  expect(shown({ trips_count: 3, trips_win_rate: 1, trips_profit_factor: null })).toMatchObject({ Won: '100.0\u00a0%', 'Profit factor': 'no trip lost' });
});
