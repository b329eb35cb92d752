import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** A word or two about a control that is only a picture. */
export function Tip({ text, children, side = 'bottom' }: { text: ReactNode; children: ReactNode; side?: 'top' | 'bottom' | 'right' | 'left' }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content side={side} sideOffset={6} className="z-50 max-w-64 animate-fade rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-pop">
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export const TipProvider = ({ children }: { children: ReactNode }) => <Tooltip.Provider delayDuration={400}>{children}</Tooltip.Provider>;
