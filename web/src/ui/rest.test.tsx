// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Position } from '@/api/types';

import { Rest } from './rest';

it('says in the place of a way to close it what the least order is', () => {
  render(<Rest position={{ symbol: 'BTC/USDT', qty: '0.00003525', least: '0.00008', rest: true } as Position} />);
  expect(screen.getByText('Dust: the least order is 0.00008 BTC')).toBeTruthy();
});
