// @vitest-environment jsdom
import type { ColumnDef } from '@tanstack/react-table';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { DataTable } from './data-table';

interface Thing {
  id: string;
  text: string;
}

const drawn: string[] = [];
const columns: ColumnDef<Thing, unknown>[] = [
  {
    id: 'text',
    header: 'Text',
    cell: ({ row }) => {
      drawn.push(row.original.text);
      return row.original.text;
    },
  },
];
const table = (rows: Thing[]) => <DataTable label="Things" columns={columns} rows={rows} rowId={(one) => one.id} />;

beforeEach(() => {
  drawn.splice(0);
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('draws only the rows that are new or another, and shows all in their order', () => {
  const [a, b] = [
    { id: 'a', text: 'first' },
    { id: 'b', text: 'second' },
  ];
  const { rerender } = render(table([a, b]));
  expect(drawn.splice(0)).toEqual(['first', 'second']);
  rerender(table([{ id: 'c', text: 'third' }, a, { ...b, text: 'changed' }]));
  expect(drawn).toEqual(['third', 'changed']);
  expect(screen.getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['third', 'first', 'changed']);
});

it('is a list of the given cards on a phone', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => {}, removeEventListener: () => {} }));
  render(<DataTable label="Things" columns={columns} rows={[{ id: 'a', text: 'first' }]} rowId={(one) => one.id} card={(one) => <b>{`card of ${one.text}`}</b>} />);
  expect(screen.getByRole('listitem').textContent).toBe('card of first');
  expect(drawn).toEqual([]);
});
