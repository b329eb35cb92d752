import { expect, it } from 'vitest';

import { placeText } from './place';

it('says the venue, what kind of it, and of paper at whose prices', () => {
  expect(placeText({ venue: 'binance', environment: 'sandbox' })).toBe('Binance sandbox');
  expect(placeText({ venue: 'binance', environment: 'paper' }, 'live')).toBe('Binance paper at live prices');
  expect(placeText({ venue: 'binance', environment: 'paper' }, null)).toBe('Binance paper');
});
