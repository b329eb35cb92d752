import { useState, type ReactNode } from 'react';

import { messageOf } from '@/api/problem';

import { Button } from './button';
import { Dialog, DialogActions } from './dialog';
import { Notice } from './states';

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  about: ReactNode;
  /** the verb on the button */
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
  children?: ReactNode;
}

/** Asks before what costs money or cannot be undone. It closes when it is done, and says where it is not. */
export function Confirm({ open, onClose, title, about, action, danger = false, onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={close} title={title} about={about}>
      {children}
      {error && (
        <div className="mt-4">
          <Notice>{error}</Notice>
        </div>
      )}
      <DialogActions>
        <Button onClick={close}>Keep as it is</Button>
        <Button look={danger ? 'danger' : 'primary'} busy={busy} onClick={() => void confirm()}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
