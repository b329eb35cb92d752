// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import { NoteList } from './note-list';
import { notesOf } from './rows';

afterEach(cleanup);

it('tells the numbers of the limit that stopped an order, and of others their own', () => {
  const reached = { time_ms: 1_700_000_000_000, measure: 'money', value: '9661.19', limit: '9680.5', unit: 'USDT' };
  const note = { time_ms: 1_700_000_060_000, symbol: 'BTC/USDT', slot: 0, measure: 'qty', value: '0.14439291', limit: '0', unit: 'BTC' };
  const small = { ...note, slot: 1, code: 'below_minimum', measure: 'money', value: '4.5', limit: '5', unit: 'USDT', reached: null };
  render(<NoteList notes={notesOf([{ ...note, code: 'drawdown', reached }, small])} />);
  expect(screen.getByText(/0\.14439291 BTC wanted; the limit was reached at 9,661\.19 against 9,680\.5 USDT,/)).toBeTruthy();
  expect(screen.getByText('4.5 against 5 USDT')).toBeTruthy();
});
