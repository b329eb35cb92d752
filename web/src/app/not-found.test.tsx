// @vitest-environment jsdom
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import { connectionIs } from '@/live/connection';

import { PageFailed } from './not-found';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const failing = (error: Error) => createMemoryRouter([{ path: '/', HydrateFallback: () => null, ErrorBoundary: PageFailed, lazy: () => Promise.reject(error) }]);

it('says that a page could not be fetched without its address, and opens it once the connection is back', async () => {
  const reload = vi.fn();
  vi.stubGlobal('location', { reload });
  connectionIs('down');
  render(<RouterProvider router={failing(new TypeError('Failed to fetch dynamically imported module: http://host/assets/page.js'))} />);
  await screen.findByText('It opens by itself once the connection is back.');
  expect(screen.queryByText(/assets/)).toBeNull();
  expect(reload).not.toHaveBeenCalled();
  act(() => connectionIs('up'));
  await waitFor(() => expect(reload).toHaveBeenCalledOnce());
});

it('does not load itself anew where the connection is there: the file is gone, and that would go on for ever', async () => {
  const reload = vi.fn();
  vi.stubGlobal('location', { reload });
  connectionIs('up');
  render(<RouterProvider router={failing(new TypeError('Importing a module script failed.'))} />);
  await screen.findByText('A newer version may have been installed.');
  expect(reload).not.toHaveBeenCalled();
});
