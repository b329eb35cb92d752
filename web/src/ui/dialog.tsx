import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useEffect, useRef, useState, type ReactNode } from 'react';

import { Button } from './button';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  about?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

/** What can still be focused once it is closed: of an entry of a menu, which is gone then, the button that opened the menu. */
function opener(focused: Element | null): Element | null {
  const button = focused?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return button ? document.getElementById(button) : focused;
}

/** Over the page in the middle; on a phone a sheet from below. */
export function Dialog({ open, onClose, title, about, children, wide = false }: DialogProps) {
  // Nothing of Radix's opens it, so where the focus was is remembered here, to go back there: one that is there only
  // while it is open finds it as it is made, before it takes the focus.
  const [first] = useState(() => (open ? opener(document.activeElement) : null));
  const before = useRef(first);
  useEffect(() => {
    if (open) return;
    const keep = ({ target }: FocusEvent) => {
      if (target instanceof Element) before.current = opener(target);
    };
    document.addEventListener('focusin', keep);
    return () => document.removeEventListener('focusin', keep);
  }, [open]);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-[rgb(8_12_18/0.55)]" />
        <Radix.Content
          {...(about ? {} : { 'aria-describedby': undefined })}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
          }}
          className={`fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] animate-in flex-col rounded-t-2xl border border-line bg-raised shadow-pop sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:max-h-[88dvh] sm:w-[calc(100%-3rem)] sm:-translate-1/2 sm:rounded-2xl ${wide ? 'sm:max-w-2xl' : 'sm:max-w-md'}`}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-5 pb-3">
            <div className="min-w-0 wrap-anywhere">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {about && <Radix.Description className="mt-1 text-sm text-ink-3">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" size="icon-sm" aria-label="Close" className="-mt-1 -mr-2">
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </header>
          <div className="scroll-thin min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{children}</div>;
}
