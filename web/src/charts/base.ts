// What all time charts of lightweight-charts share: fonts, quiet lines, times in the viewer's zone.
import { ColorType, createChart, CrosshairMode, TickMarkType, type DeepPartial, type IChartApi, type Time, type TimeChartOptions } from 'lightweight-charts';

import { clockTime, dateOnly } from '@/lib/time';

import { faded, type Colours } from './colours';

const ms = (time: Time) => Number(time) * 1000;
const month = new Intl.DateTimeFormat('en-GB', { month: 'short' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function tick(time: Time, kind: TickMarkType): string {
  const at = ms(time);
  if (kind === TickMarkType.Year) return String(new Date(at).getFullYear());
  if (kind === TickMarkType.Month) return month.format(at);
  if (kind === TickMarkType.DayOfMonth) return dayAndMonth.format(at);
  return clockTime(at).slice(0, kind === TickMarkType.TimeWithSeconds ? 8 : 5);
}

export function looks(tone: Colours): DeepPartial<TimeChartOptions> {
  return {
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: tone['ink-3'],
      fontFamily: "'Geist Variable', system-ui, sans-serif",
      fontSize: 11,
      attributionLogo: false,
      panes: { separatorColor: tone.line, separatorHoverColor: faded(tone.accent, 0.15) },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: faded(tone.line, 0.7) } },
    rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.12, bottom: 0.08 } },
    timeScale: { borderColor: tone.line, timeVisible: true, secondsVisible: false, tickMarkFormatter: tick, rightOffset: 4, minBarSpacing: 0.02 },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: tone['line-strong'], width: 1, labelBackgroundColor: tone['ink-2'] },
      horzLine: { color: tone['line-strong'], width: 1, labelBackgroundColor: tone['ink-2'] },
    },
    // A finger that goes up or down scrolls the page, not the prices.
    handleScroll: { vertTouchDrag: false },
    localization: { timeFormatter: (time: Time) => `${dateOnly(ms(time))} ${clockTime(ms(time)).slice(0, 5)}` },
  };
}

export function quietChart(element: HTMLElement, tone: Colours): IChartApi {
  return createChart(element, { autoSize: true, ...looks(tone) });
}
