// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';

import { Dialog } from './dialog';
import { Menu, MenuItem } from './menu';

afterEach(cleanup);

function Asking({ byMenu = false }: { byMenu?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button>another</button>
      {byMenu ? (
        <Menu trigger={<button>more</button>}>
          <MenuItem onSelect={() => setOpen(true)}>ask</MenuItem>
        </Menu>
      ) : (
        <button onClick={() => setOpen(true)}>ask</button>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title="Sure?">
        <button>yes</button>
      </Dialog>
    </>
  );
}

function MadeOpen() {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button>another</button>
      <button onClick={() => setAsked(true)}>ask</button>
      {asked && (
        <Dialog open onClose={() => setAsked(false)} title="Sure?">
          <button>yes</button>
        </Dialog>
      )}
    </>
  );
}

async function openedAndLeft(): Promise<void> {
  const dialog = await screen.findByRole('dialog');
  await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  fireEvent.keyDown(dialog, { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
}

it('gives the focus back to the button that opened it', async () => {
  render(<Asking />);
  screen.getByText('another').focus();
  screen.getByText('ask').focus();
  fireEvent.click(screen.getByText('ask'));
  await openedAndLeft();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByText('ask')));
});

it('gives the focus back to the button of the menu whose entry opened it', async () => {
  render(<Asking byMenu />);
  screen.getByText('more').focus();
  fireEvent.keyDown(screen.getByText('more'), { key: 'Enter' });
  const entry = await screen.findByRole('menuitem');
  entry.focus();
  fireEvent.click(entry);
  await openedAndLeft();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByText('more')));
});

it('gives the focus back also where it is made for each time that it opens', async () => {
  render(<MadeOpen />);
  for (let time = 0; time < 2; time++) {
    screen.getByText('another').focus();
    screen.getByText('ask').focus();
    fireEvent.click(screen.getByText('ask'));
    await openedAndLeft();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByText('ask')));
  }
});
