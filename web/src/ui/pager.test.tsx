// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';

import { Pager } from './pager';

afterEach(cleanup);

it('leads back from a page that there is not', async () => {
  const onPage = vi.fn();
  render(<Pager page={99} size={50} total={120} onPage={onPage} />);
  expect(screen.getByText('Nothing on this page of 120')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Previous page' }));
  expect(onPage).toHaveBeenCalledWith(3);
});

it('says what is shown beyond what the list was counted to', () => {
  render(<Pager page={3} size={50} total={100} shown={50} more onPage={() => {}} />);
  expect(screen.getByText('101–150 of more')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Next page' })).toHaveProperty('disabled', false);
});

it('says what is shown', () => {
  render(<Pager page={3} size={50} total={120} onPage={() => {}} />);
  expect(screen.getByText('101–120 of 120')).toBeTruthy();
});
