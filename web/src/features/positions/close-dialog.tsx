import { useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';

import { keys } from '@/api/keys';
import { closePosition } from '@/api/trading';
import type { Position } from '@/api/types';
import { money, quantity } from '@/lib/format';
import { Confirm } from '@/ui/confirm';
import { Facts } from '@/ui/stat';
import { Profit } from '@/ui/profit';

export function CloseDialog({ position, onClose }: { position: Position; onClose: () => void }) {
  const cache = useQueryClient();
  const [base, quote] = position.symbol.split('/') as [string, string];
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Close what ${position.bot_name} holds?`}
      about="It is sold by the market at once, at whatever price there is. The bot opens nothing more until you resume it."
      action="Sell by the market"
      danger
      onConfirm={async () => {
        await closePosition(position.bot_id, 'Closed by hand');
        void cache.invalidateQueries({ queryKey: keys.positions });
        void cache.invalidateQueries({ queryKey: keys.bots });
        toast.success(`${position.bot_name} is closing its position`);
      }}
    >
      <Facts
        rows={[
          ['Quantity', `${quantity(position.qty)} ${base}`],
          ['Value at the last close', `${money(position.value, quote)} ${quote}`],
          ['Would realise about', <Profit key="profit" value={position.unrealized} asset={quote} withAsset />],
        ]}
      />
    </Confirm>
  );
}
