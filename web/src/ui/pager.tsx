import { ChevronLeft, ChevronRight } from 'lucide-react';

import { count } from '@/lib/format';

import { Button } from './button';

interface PagerProps {
  page: number;
  size: number;
  total: number;
  onPage: (page: number) => void;
  /** Whether a page follows, where the list says so itself. */
  more?: boolean;
  /** How many rows this page has, where the list may be longer than it was counted. */
  shown?: number;
  /** where a page has several */
  label?: string;
}

export function Pager({ page, size, total, onPage, more, shown, label = 'Pages' }: PagerProps) {
  const last = Math.max(1, Math.ceil(total / size));
  if (total === 0) return null;
  const from = (page - 1) * size + 1;
  const beyond = from > total && !shown;
  const to = from > total && shown ? from + shown - 1 : Math.min(total, page * size);
  const follows = more ?? page < last;
  return (
    <nav aria-label={label} className="flex items-center justify-between gap-4 border-t border-line px-4 py-2.5 text-sm text-ink-3">
      <span className="num">
        {beyond ? 'Nothing on this page' : `${count(from)}–${count(to)}`} of {to > total ? 'more' : count(total)}
      </span>
      {(page > 1 || follows || beyond) && (
        <span className="flex gap-1">
          <Button look="quiet" size="icon-sm" aria-label="Previous page" disabled={page <= 1} onClick={() => onPage(Math.min(page - 1, last))}>
            <ChevronLeft aria-hidden />
          </Button>
          <Button look="quiet" size="icon-sm" aria-label="Next page" disabled={!follows} onClick={() => onPage(page + 1)}>
            <ChevronRight aria-hidden />
          </Button>
        </span>
      )}
    </nav>
  );
}
