// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { FormProvider, useForm } from 'react-hook-form';
import { afterEach, expect, it } from 'vitest';

import type { Strategy } from '@/api/types';

import { ExitFields } from './exit-fields';
import { LimitFields, RefusedFields, SizingFields } from './fields';
import { exitsTyped } from './exits';
import { LIMITS, settingsTyped } from './limits';
import { sizingTyped } from './schema';

afterEach(cleanup);

function Form({ exits = {}, limits = {}, refused = {} }: { exits?: Record<string, string>; limits?: Record<string, string>; refused?: Record<string, string> }) {
  const form = useForm({ defaultValues: { ...exitsTyped(exits), limits: settingsTyped(limits, LIMITS) } });
  return (
    <FormProvider {...form}>
      <RefusedFields value={refused}>
        <ExitFields />
        <LimitFields />
      </RefusedFields>
    </FormProvider>
  );
}

const fold = (title: string) => screen.getByText(title, { selector: 'summary span' }).closest('details')!;
const line = (title: string) => fold(title).querySelector('summary')!.textContent;

it('says of what is folded away what is set in it', () => {
  render(<Form exits={{ trailing_stop: '0.02', take_profit_1: '0.02', take_profit_share_1: '0.5', take_profit_2: '0.05', roi_30: '0' }} limits={{ max_daily_loss: '0.05', cooldown_ms: '1800000' }} />);
  expect(line('Trailing stop')).toBe('Trailing stopTrailing stop 2 %');
  expect(line('Break-even')).toBe('Break-evenOff');
  expect(line('Take-profit ladder')).toBe('Take-profit ladder50 % at 2 %, the rest at 5 %');
  expect(line('Falling target')).toBe('Falling target0 % from 30 min');
  expect(line('Losses')).toBe('LossesDaily loss 5 %, Cooling down 30 min');
  expect(fold('Losses').open).toBe(false);
});

it('says of a row that is being written what is still missing in it', () => {
  render(<Form exits={{ take_profit_1: '0.02', take_profit_2: '0.05' }} />);
  fireEvent.click(screen.getByRole('button', { name: 'Add a target', hidden: true }));
  expect(line('Take-profit ladder')).toBe('Take-profit ladder? % at 2 %, ? % at 5 %, the rest at ? %');
});

it('opens what is wrong, keeps it open, and leaves it open when it is mended', () => {
  const shown = render(<Form />);
  expect(fold('Size').open).toBe(false);
  shown.rerender(<Form refused={{ 'limits.max_position': 'too much', 'exits.take_profit_1': 'which part?' }} />);
  expect([fold('Size').open, fold('Orders').open, fold('Age').open]).toEqual([true, false, false]);
  fold('Size').open = false;
  fireEvent(fold('Size'), new Event('toggle'));
  expect(fold('Size').open).toBe(true);
  shown.rerender(<Form />);
  expect(fold('Size').open).toBe(true);
});

it('opens a ladder of which a row was refused', () => {
  render(<Form exits={{ take_profit_1: '0.02' }} refused={{ 'exits.take_profit_share_1': 'which part?' }} />);
  expect([fold('Take-profit ladder').open, fold('Falling target').open]).toEqual([true, false]);
  expect(screen.getByText('which part?')).toBeTruthy();
});

it('begins with the usual size when another sizing is chosen', () => {
  const strategy = { sizings: ['percent', 'risk'] } as unknown as Strategy;
  function Sizing() {
    const form = useForm({ defaultValues: { sizing: sizingTyped({ kind: 'percent', size: '0.9', compounding: true, odds: {}, period: 0 }) } });
    return (
      <FormProvider {...form}>
        <SizingFields strategy={strategy} base="BTC" quote="USDT" />
      </FormProvider>
    );
  }
  render(<Sizing />);
  const size = () => screen.getByLabelText<HTMLInputElement>('Size').value;
  expect(size()).toBe('90');
  screen.getByLabelText('Sizing').focus();
  fireEvent.keyDown(screen.getByLabelText('Sizing'), { key: 'Enter' });
  fireEvent.keyDown(screen.getByRole('option', { name: 'Risk per trade' }), { key: 'Enter' });
  expect(size()).toBe('1');
});
