import { BaselineSeries, LineSeries, LineStyle, type IChartApi, type ISeriesApi, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';

import { money } from '@/lib/format';
import { useTheme } from '@/lib/theme';
import { cx } from '@/ui/class-names';

import { looks, quietChart } from './base';
import { colours, faded } from './colours';

export interface CurvePoint {
  time_ms: number;
  value: number;
}

interface EquityChartProps {
  points: readonly CurvePoint[];
  /** what it began with: above is profit, below is loss */
  base: number;
  label: string;
  asset?: string;
  /** a second, thin line, such as what was realised */
  second?: readonly CurvePoint[];
  className?: string;
}

interface Drawn {
  chart: IChartApi;
  curve: ISeriesApi<'Baseline'>;
  thin: ISeriesApi<'Line'>;
}

/** Times rise strictly; of several marks at one second the last one counts. */
function rising(points: readonly CurvePoint[]): { time: UTCTimestamp; value: number }[] {
  const found = new Map<number, number>();
  for (const point of points) found.set(Math.floor(point.time_ms / 1000), point.value);
  return [...found].sort(([a], [b]) => a - b).map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}

export default function EquityChart({ points, base, label, asset = 'USDT', second, className }: EquityChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const shown = useTheme((state) => state.shown);

  useEffect(() => {
    if (!element.current) return;
    const chart = quietChart(element.current, colours());
    chart.applyOptions({ handleScroll: false, handleScale: false });
    const format = { type: 'custom' as const, minMove: 0.01, formatter: (value: number) => money(value.toFixed(2), asset) };
    const curve = chart.addSeries(BaselineSeries, { lineWidth: 2, priceFormat: format, priceLineVisible: false });
    const thin = chart.addSeries(LineSeries, { lineWidth: 1, priceFormat: format, priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false });
    drawn.current = { chart, curve, thin };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, [asset]);

  useEffect(() => {
    const tone = colours();
    const { chart, curve, thin } = drawn.current ?? {};
    chart?.applyOptions(looks(tone));
    thin?.applyOptions({ color: tone['ink-3'] });
    curve?.applyOptions({
      topLineColor: tone['chart-up'],
      topFillColor1: faded(tone['chart-up'], 0.2),
      topFillColor2: faded(tone['chart-up'], 0.02),
      bottomLineColor: tone['chart-down'],
      bottomFillColor1: faded(tone['chart-down'], 0.02),
      bottomFillColor2: faded(tone['chart-down'], 0.2),
    });
  }, [shown, asset]);

  useEffect(() => {
    const { curve } = drawn.current ?? {};
    if (!curve) return;
    curve.applyOptions({ baseValue: { type: 'price', price: base } });
    const line = curve.createPriceLine({ price: base, color: colours()['ink-3'], lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: false, title: '' });
    return () => {
      if (drawn.current) curve.removePriceLine(line);
    };
  }, [base, shown, asset]);

  useEffect(() => {
    const { chart, curve, thin } = drawn.current ?? {};
    curve?.setData(rising(points));
    thin?.setData(rising(second ?? []));
    chart?.timeScale().fitContent();
  }, [points, second, asset]);

  const last = points.at(-1);
  const said = last ? `${label}: from ${money(String(points[0]!.value), asset)} to ${money(String(last.value), asset)} ${asset}.` : label;
  return (
    <div className={cx('relative', className)}>
      <div ref={element} className="absolute inset-0" role="img" aria-label={said} />
    </div>
  );
}
