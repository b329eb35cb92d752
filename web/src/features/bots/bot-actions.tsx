import { Ellipsis, Pause, Pencil, Play, Square, Trash2, Waves } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';

import { useBotAction, useRemoveBot } from '@/api/bots';
import { messageOf } from '@/api/problem';
import type { Bot } from '@/api/types';
import { signOf } from '@/lib/decimal';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Menu, MenuItem, MenuLine } from '@/ui/menu';

import { StopDialog } from './stop-dialog';

type Asking = 'stop' | 'flatten' | 'remove' | 'start-live' | null;

export function BotActions({ bot }: { bot: Bot }) {
  const [asking, setAsking] = useState<Asking>(null);
  const navigate = useNavigate();
  const act = useBotAction(bot.id);
  const remove = useRemoveBot(bot);
  const stopped = bot.state === 'stopped' || bot.state === 'refused';
  // Of dust nothing can be sold; what is worth something and not told with its quantity yet is a position.
  const held = bot.open_positions > 0 || (bot.rests === 0 && signOf(bot.unrealized ?? '0') !== 0);
  const atOnce = (kind: 'start' | 'resume') => act.mutate({ kind }, { onError: (error) => toast.error(`It did not ${kind}`, { description: messageOf(error) }) });
  const pause = () => act.mutate({ kind: 'pause', reason: 'Paused by hand' }, { onError: (error) => toast.error('It did not pause', { description: messageOf(error) }) });
  const real = bot.account.environment === 'live';
  const close = () => setAsking(null);
  // The button that was pressed may be gone in the new state, and the focus with it: it goes on at the head of the page.
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
  }, [bot.state]);
  return (
    <>
      {stopped && (
        <Button look="primary" busy={act.isPending} onClick={() => (real ? setAsking('start-live') : atOnce('start'))}>
          <Play aria-hidden />
          Start
        </Button>
      )}
      {(bot.state === 'paused' || bot.state === 'halted') && bot.halt?.can_resume !== false && (
        <Button look="primary" busy={act.isPending} onClick={() => atOnce('resume')}>
          <Play aria-hidden />
          Resume
        </Button>
      )}
      {bot.state === 'running' && (
        <Button busy={act.isPending} onClick={pause}>
          <Pause aria-hidden />
          Pause
        </Button>
      )}
      {!stopped && (
        <Button onClick={() => setAsking('stop')} disabled={bot.state === 'stopping'}>
          <Square aria-hidden />
          Stop
        </Button>
      )}
      <Menu
        trigger={
          <Button size="icon" aria-label="More actions">
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => void navigate(`/bots/${bot.id}/edit`)}>
          <Pencil aria-hidden />
          Change settings
        </MenuItem>
        <MenuItem onSelect={() => setAsking('flatten')} danger disabled={!held}>
          <Waves aria-hidden />
          {held ? 'Flatten: sell what it holds' : bot.rests > 0 ? 'Flatten: it holds dust alone' : 'Flatten: it holds nothing'}
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => setAsking('remove')} danger disabled={!stopped}>
          <Trash2 aria-hidden />
          {stopped ? 'Put away' : 'Put away: stop it first'}
        </MenuItem>
      </Menu>
      <StopDialog bot={bot} open={asking === 'stop'} onClose={close} />
      <Confirm
        open={asking === 'start-live'}
        onClose={close}
        title={`Start ${bot.name} with real money?`}
        about={`It trades on ${bot.account.name} with up to ${bot.settings.capital} ${bot.quote} from now on.`}
        action="Start"
        onConfirm={() => act.mutateAsync({ kind: 'start' })}
      />
      <Confirm
        open={asking === 'flatten'}
        onClose={close}
        title={`Sell everything ${bot.name} holds?`}
        about="Its orders are cancelled and what it holds is sold by the market at once, at whatever price there is. It opens nothing more until you resume it."
        action="Sell by the market"
        danger
        onConfirm={() => act.mutateAsync({ kind: 'flatten', reason: 'Flattened by hand' })}
      />
      <Confirm
        open={asking === 'remove'}
        onClose={close}
        title={`Put ${bot.name} away?`}
        about="It leaves the list. What it did is kept: trades, journal and curve."
        action="Put away"
        danger
        onConfirm={async () => {
          await remove.mutateAsync();
          await navigate('/bots');
        }}
      />
    </>
  );
}
