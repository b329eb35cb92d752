// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Candles } from '@/api/types';
import { price } from '@/lib/format';
import { wholeTime } from '@/lib/time';

import CandleChart from './candle-chart';

const drawn = vi.hoisted(() => ({ walk: vi.fn(), unpoint: vi.fn() }));
vi.mock('./candle-drawing', () => ({
  CandleDrawing: class {
    walk = drawn.walk;
    unpoint = drawn.unpoint;
    onPoint() {}
    onOldest() {}
    setCandles() {}
    setLive() {}
    setLines() {}
    setMarks() {}
    paint() {}
    close() {}
  },
}));

const candles = { symbol: 'BTC/USDT', timeframe: '1m', rows: [[60_000, 1, 2, 1, 2, 0]], indicators: {}, panes: {} } as unknown as Candles;

beforeEach(() => {
  drawn.walk.mockReset().mockReturnValue({ from_ms: 60_000, to_ms: 120_000, close: 2 });
  drawn.unpoint.mockReset();
});
afterEach(cleanup);

it('is gone along by the keyboard, and says what is seen then', async () => {
  render(<CandleChart candles={candles} />);
  await userEvent.tab();
  const chart = screen.getByRole('application', { name: /Candles of BTC\/USDT, 1m/ });
  expect(document.activeElement).toBe(chart);
  expect(document.getElementById(chart.getAttribute('aria-describedby')!)?.textContent).toMatch(/page up/);
  await userEvent.keyboard('{ArrowLeft}{PageUp}{Home}+-');
  expect(drawn.walk.mock.calls.map(([walk]) => walk)).toEqual(['earlier', 'page-earlier', 'oldest', 'closer', 'wider']);
  expect(screen.getByText(`From ${wholeTime(60_000)} to ${wholeTime(120_000)}, close ${price(2)}.`)).toBeTruthy();
  await userEvent.tab();
  expect(drawn.unpoint).toHaveBeenCalledOnce();
});

it('leaves every other key to the page', async () => {
  render(<CandleChart candles={candles} />);
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}a');
  expect(drawn.walk).not.toHaveBeenCalled();
});

it('has buttons for who can neither drag nor type, where there is more to go back to', async () => {
  render(<CandleChart candles={candles} onOldest={() => {}} />);
  await userEvent.click(screen.getByRole('button', { name: 'Earlier candles' }));
  await userEvent.click(screen.getByRole('button', { name: 'More candles, wider' }));
  expect(drawn.walk.mock.calls).toEqual([['page-earlier'], ['wider']]);
});
