// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import { Splits } from './bot-chart-card';

afterEach(cleanup);

it('says that what is drawn is of the shares after the last split', () => {
  const { container } = render(<Splits splits={[{ time_ms: 1_700_000_000_000, split: '4:1' }, { time_ms: 1_710_000_000_000, split: '1:10' }]} />);
  expect(container.textContent).toMatch(/split 4:1 and 1:10, last .*2024.*All prices here are of the shares of now/);
});

it('says nothing of it where nothing was split', () => {
  const { container } = render(<Splits splits={[]} />);
  expect(container.textContent).toBe('');
});
