import { describe, expect, it } from 'vitest';

import { balancesOf, FRESH, termsOf } from './paper-terms';

describe('what a paper account begins with', () => {
  it('takes amounts with their assets', () => {
    expect(balancesOf('10000 USDT')).toEqual({ USDT: '10000' });
    expect(balancesOf('10,000.50 usdt, 0.5 BTC')).toEqual({ USDT: '10000.50', BTC: '0.5' });
    expect(balancesOf('1 BTC; 2 ETH')).toEqual({ BTC: '1', ETH: '2' });
  });

  it.each(['', '10000', 'USDT', '-5 USDT', '1 BTC, 2 BTC', '1 BTC,'])('refuses %j', (text) => {
    expect(balancesOf(text)).toBeNull();
  });

  it('turns percentages into what the API takes, exactly', () => {
    expect(termsOf({ ...FRESH, fee: '0.075', slippage: '0.02' })).toEqual({
      ok: true,
      body: { market: 'live', balances: { USDT: '10000' }, maker_fee: '0.00075', taker_fee: '0.00075', slippage_bps: '2' },
    });
  });

  it('says of each field what is wrong with it', () => {
    const found = termsOf({ ...FRESH, balances: 'much', fee: '-1', slippage: 'x' });
    expect(found.ok).toBe(false);
    expect(Object.keys(found.ok ? {} : found.errors).sort()).toEqual(['balances', 'fee', 'slippage']);
  });
});
