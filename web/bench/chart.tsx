// Opens the application's own candle chart with 50,000 candles and two indicators, from the text of an answer to the
// second frame after it was drawn. scripts/chart-speed.ts reads what it finds.
import { createRoot } from 'react-dom/client';

import type { Candles } from '@/api/types';
import '@/app/styles.css';
import CandleChart from '@/charts/candle-chart';

const CANDLES = 50_000;
const MINUTE_MS = 60_000;

function answer(): string {
  const rows: Candles['rows'] = [];
  let price = 60_000;
  for (let at = 0; at < CANDLES; at++) {
    const open = price;
    price += Math.sin(at / 37) * 12 + Math.sin(at / 911) * 4;
    rows.push([1_700_000_000_000 - (1_700_000_000_000 % MINUTE_MS) + at * MINUTE_MS, open, Math.max(open, price) + 5, Math.min(open, price) - 5, price, 10 + (at % 17)]);
  }
  const closes = rows.map((row) => row[4]);
  const candles: Candles = { symbol: 'BTC/USDT', timeframe: '1m', rows, indicators: { fast: closes, slow: closes.map((close) => close - 20) }, panes: { fast: 'price', slow: 'price' }, splits: [] };
  return JSON.stringify(candles);
}

declare global {
  interface Window {
    begin?: () => void;
    opened?: number;
  }
}

const text = answer();
const lines = Array.from({ length: 40 }, (_, at) => ({ price: 59_000 + at * 50, side: at % 2 ? ('buy' as const) : ('sell' as const), label: 'order' }));
window.begin = () => {
  const began = performance.now();
  const candles = JSON.parse(text) as Candles;
  const drawn = () => (window.opened ??= performance.now() - began);
  createRoot(document.getElementById('root') as HTMLElement).render(
    <div style={{ position: 'relative', height: 576 }}>
      <CandleChart className="h-full" candles={candles} lines={lines} onDrawn={drawn} />
    </div>,
  );
};
