import {
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type Cell,
  type ColumnDef,
  type Header,
  type Row as TableRow,
  type RowData,
  type SortingState,
} from '@tanstack/react-table';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { memo, useState, type ReactElement, type ReactNode } from 'react';

import { cx } from './class-names';
import { usePhone } from './use-media';

declare module '@tanstack/react-table' {
  // The names of the parameters are the library's.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    /** numbers stand at the right */
    align?: 'right';
    /** on a phone: the card's head, its right corner, or not shown */
    phone?: 'head' | 'corner' | 'hide';
    className?: string;
  }
}

interface DataTableProps<Row> {
  label: string;
  columns: ColumnDef<Row, unknown>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  sortable?: boolean;
  sorted?: SortingState;
  /** a row on a phone, where its columns one by one would be long */
  card?: (row: Row) => ReactNode;
}

/** A table with sortable heads; on a phone a list of cards. */
export function DataTable<Row>({ label, columns, rows, rowId, sortable = false, sorted = [], card }: DataTableProps<Row>) {
  const [sorting, setSorting] = useState<SortingState>(sorted);
  const phone = usePhone();
  const table = useReactTable({
    data: rows as Row[],
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    enableSorting: sortable,
    enableSortingRemoval: false,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const shown = table.getRowModel().rows;
  const day = new Date().toDateString();
  if (phone) {
    return (
      <ul aria-label={label} className="divide-y divide-line">
        {shown.map((row) => (
          <li key={row.id} className={card ? 'px-4 py-2.5' : 'px-4 py-3'}>
            {card ? card(row.original) : <PhoneCard cells={row.getVisibleCells()} />}
          </li>
        ))}
      </ul>
    );
  }
  return (
    // A region that scrolls sideways has to be reachable by keyboard; it holds what is placed in it, or a heading for readers alone
    // widens the page.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-thin relative overflow-x-auto -outline-offset-2" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b border-line">
              {group.headers.map((header) => (
                <Head key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((row) => (
            <Line key={row.id} row={row} columns={columns} day={day} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps<Row> {
  row: TableRow<Row>;
  /** the same array as long as they show the same */
  columns: ColumnDef<Row, unknown>[];
  /** a time of today is shown without its date */
  day: string;
}

const Line = memo(
  function Line<Row>({ row }: LineProps<Row>) {
    return (
      <tr data-row={row.id} className="transition-colors hover:bg-hover">
        {row.getVisibleCells().map((cell) => (
          <td
            key={cell.id}
            className={cx('px-3 py-2.5 first:pl-4 last:pr-4', cell.column.columnDef.meta?.align === 'right' && 'num text-right', cell.column.columnDef.meta?.className)}
          >
            {flexRender(cell.column.columnDef.cell, cell.getContext())}
          </td>
        ))}
      </tr>
    );
  },
  // Live news makes every row anew that shows nothing new: fifty of them take as long to draw as a person takes to notice.
  (was, now) => was.row.original === now.row.original && was.columns === now.columns && was.day === now.day,
) as <Row>(props: LineProps<Row>) => ReactElement;

function Head<Row>({ header }: { header: Header<Row, unknown> }) {
  const { column } = header;
  const right = column.columnDef.meta?.align === 'right';
  const text = flexRender(column.columnDef.header, header.getContext());
  const way = column.getIsSorted();
  const Icon = way === 'asc' ? ArrowUp : way === 'desc' ? ArrowDown : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={way === 'asc' ? 'ascending' : way === 'desc' ? 'descending' : undefined}
      className={cx('h-9 px-3 text-xs font-medium whitespace-nowrap text-ink-3 first:pl-4 last:pr-4', right ? 'text-right' : 'text-left')}
    >
      {column.getCanSort() ? (
        <button
          type="button"
          onClick={column.getToggleSortingHandler()}
          className={cx('inline-flex items-center gap-1 rounded hover:text-ink', right && 'flex-row-reverse')}
        >
          {text}
          <Icon className={cx('size-3', !way && 'opacity-40')} aria-hidden />
        </button>
      ) : (
        text
      )}
    </th>
  );
}

function PhoneCard<Row>({ cells }: { cells: Cell<Row, unknown>[] }) {
  const of = (place: 'head' | 'corner' | undefined) => cells.filter((cell) => cell.column.columnDef.meta?.phone === place);
  const show = (cell: Cell<Row, unknown>) => flexRender(cell.column.columnDef.cell, cell.getContext());
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 space-y-0.5 wrap-anywhere">{of('head').map((cell) => <div key={cell.id}>{show(cell)}</div>)}</div>
        <div className="flex shrink-0 flex-col items-end gap-1 text-right">{of('corner').map((cell) => <div key={cell.id}>{show(cell)}</div>)}</div>
      </div>
      <dl className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1 text-sm">
        {of(undefined).map((cell) => (
          // A number is never cut: where it has no room beside its name it stands beneath.
          <div key={cell.id} className="flex flex-wrap items-baseline gap-x-2">
            <dt className="text-xs text-ink-3">{typeof cell.column.columnDef.header === 'string' ? cell.column.columnDef.header : ''}</dt>
            <dd className="num ml-auto max-w-full truncate text-right">{show(cell)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
