// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
// From the same door as the hooks: Node loads the other one as a module of its own, with a context of its own.
import { createMemoryRouter, RouterProvider, useNavigate } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { STEPS } from './steps';
import { useSteps } from './use-steps';

function Way({ open }: { open: number }) {
  const { at, go } = useSteps(open);
  const navigate = useNavigate();
  return (
    <>
      <p>{STEPS[at]!.label}</p>
      <button onClick={() => go(at + 1)}>on</button>
      <button onClick={() => void navigate(-1)}>back</button>
    </>
  );
}

const shown = (path: string, open = 0) => render(<RouterProvider router={createMemoryRouter([{ path: '/new', element: <Way open={open} /> }], { initialEntries: [path] })} />);
const press = (name: string) => fireEvent.click(screen.getByText(name));

beforeEach(() => void vi.stubGlobal('scrollTo', () => {}));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('goes back step by step with the browser', async () => {
  shown('/new');
  press('on');
  await screen.findByText('Market and money');
  press('on');
  await screen.findByText('Parameters');
  press('back');
  await screen.findByText('Market and money');
});

it('begins at the step of the address where somebody has been there, and at the first otherwise', () => {
  shown('/new?step=exits', 4);
  expect(screen.getByText('Exits and limits')).toBeTruthy();
  cleanup();
  shown('/new?step=exits');
  expect(screen.getByText('Kind of bot')).toBeTruthy();
});
