import { expect, it } from 'vitest';

import type { Position } from '@/api/types';

import { positionsCsv } from './positions-csv';

const held: Position = {
  bot_id: 'b', bot_name: 'trend', environment: 'sandbox', symbol: 'BTC/USDT', qty: '0.5', avg_price: '100', cost: '50', price: '110', price_ms: 1_767_305_295_000, value: '55',
  unrealized: '5', realized: '-1.5', fees: '0.1', least: null, rest: false, put_away: false, dust: '0.00001', time_ms: 1_767_305_000_001,
};

it('says in which asset the money is, of when each number is, and what is dust', () => {
  const [head, first, second] = positionsCsv([held, { ...held, price: null, price_ms: null }]).split('\r\n');
  expect(head).toBe('bot,symbol,quote,qty,dust,avg_price,price,price_ms,price_time,value,unrealized,realized,fees,time_ms,time');
  expect(first).toBe('trend,BTC/USDT,USDT,0.5,0.00001,100,110,1767305295000,2026-01-01T22:08:15.000Z,55,5,-1.5,0.1,1767305000001,2026-01-01T22:03:20.001Z');
  expect(second).toContain(',100,,,,55,');
});
