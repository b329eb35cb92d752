// The candle chart itself, without React: candles, indicators over them or in panes of their own, orders as price lines,
// fills as markers.
import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type AutoscaleInfo,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';

import type { CandleRow, Candles } from '@/api/types';
import { price } from '@/lib/format';

import { looks, quietChart } from './base';
import { colours, faded, LINE_INKS, type Colours } from './colours';
import { arrowsOf, legible, type ChartMark } from './marks';
import { MARGIN, walked, type Walk } from './walk';

export interface ChartLine {
  price: number;
  side: 'buy' | 'sell' | 'neutral';
  label: string;
  /** asked for, but not at the venue */
  dashed?: boolean;
}

const time = (ms: number) => (ms / 1000) as UTCTimestamp;
const bar = (row: CandleRow) => ({ time: time(row[0]), open: row[1], high: row[2], low: row[3], close: row[4] });
const LABELS_AT_MOST = 12;
const FIRST_PART = 4_000;
const FOLLOWS_MS = 80;

function newest({ rows, indicators, ...rest }: Candles, count: number): Candles {
  const cut = Object.entries(indicators).map(([name, values]) => [name, values.slice(-count)] as const);
  return { ...rest, rows: rows.slice(-count), indicators: Object.fromEntries(cut) };
}

export class CandleDrawing {
  private readonly chart: IChartApi;
  private tone: Colours = colours();
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volume: ISeriesApi<'Histogram'>;
  private readonly marks: ISeriesMarkersPluginApi<Time>;
  private readonly lines = new Map<string, ISeriesApi<'Line'>>();
  private priceLines: IPriceLine[] = [];
  private last = 0;
  private opens: number[] = [];
  private step: number | null = null;
  private levels: readonly number[] = [];
  private fit = false;
  private live: CandleRow | null = null;
  private marked: readonly ChartMark[] = [];
  private spacing = 0;
  private following: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.chart = quietChart(element, this.tone);
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: 'volume', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.candles = this.chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      priceLineStyle: LineStyle.Dotted,
      autoscaleInfoProvider: (own: () => AutoscaleInfo | null) => this.withLines(own()),
    });
    this.marks = createSeriesMarkers(this.candles, []);
    // Closer or wider candles have room for other labels.
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      if (this.marked.length > 0 && this.chart.timeScale().options().barSpacing !== this.spacing) this.setMarks(this.marked);
    });
    this.paint();
  }

  /** The theme changed. */
  paint(): void {
    this.tone = colours();
    this.chart.applyOptions(looks(this.tone));
    const [up, down] = [this.tone['chart-up'], this.tone['chart-down']];
    this.candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, priceLineColor: this.tone['ink-3'] });
    this.volume.applyOptions({ color: faded(this.tone['ink-3'], 0.22) });
    [...this.lines.values()].forEach((line, at) => line.applyOptions({ color: this.lineColour(at) }));
  }

  private lineColour(at: number): string {
    return this.tone[LINE_INKS[at % LINE_INKS.length]!];
  }

  /** Of very many candles the newest are drawn first: they are the picture that opens. The rest follows once it stands. */
  setCandles(candles: Candles): void {
    clearTimeout(this.following);
    const fresh = this.opens.length === 0;
    if (!fresh || candles.rows.length <= FIRST_PART) return this.draw(candles, fresh);
    this.draw(newest(candles, FIRST_PART), true);
    this.following = setTimeout(() => this.draw(candles, false), FOLLOWS_MS);
  }

  private draw({ rows, indicators, panes }: Candles, fresh: boolean): void {
    this.opens = rows.map((row) => row[0]);
    this.setDigits(rows.at(-1)?.[4] ?? 1);
    this.candles.setData(rows.map(bar));
    this.volume.setData(rows.map((row) => ({ time: time(row[0]), value: row[5] })));
    this.last = rows.at(-1)?.[0] ?? 0;
    this.setIndicators(rows, indicators, panes);
    if (this.live) this.setLive(this.live);
    this.setMarks(this.marked);
    if (fresh && rows.length > 0) this.chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, rows.length - 160), to: rows.length + MARGIN });
  }

  private setDigits(near: number): void {
    const step = near >= 1 ? 0.01 : 10 ** -Math.min(8, 5 - Math.floor(Math.log10(Math.max(near, 1e-8))));
    if (step === this.step) return;
    this.step = step;
    this.candles.applyOptions({ priceFormat: { type: 'custom', minMove: step, formatter: (value: number) => price(value.toFixed(Math.round(-Math.log10(step)))) } });
  }

  private setIndicators(rows: Candles['rows'], indicators: Candles['indicators'], panes: Candles['panes']): void {
    for (const [name, line] of this.lines) {
      if (name in indicators) continue;
      this.chart.removeSeries(line);
      this.lines.delete(name);
    }
    const places = [...new Set(Object.values(panes).filter((pane) => pane !== 'price'))];
    for (const [name, values] of Object.entries(indicators)) {
      const pane = panes[name] ?? 'price';
      let line = this.lines.get(name);
      if (!line) {
        const options = { color: this.lineColour(this.lines.size), lineWidth: 2 as const, priceLineVisible: false, lastValueVisible: pane !== 'price', crosshairMarkerVisible: false, title: pane === 'price' ? '' : name };
        line = this.chart.addSeries(LineSeries, options, pane === 'price' ? 0 : places.indexOf(pane) + 1);
        this.lines.set(name, line);
      }
      line.setData(rows.map((row, at) => (values[at] == null ? { time: time(row[0]) } : { time: time(row[0]), value: values[at] })));
    }
    this.chart.panes().forEach((pane, at) => pane.setStretchFactor(at === 0 ? 4 : 1));
  }

  /** The candle so far; older ones than the last drawn are no news. */
  setLive(row: CandleRow): void {
    this.live = row;
    if (row[0] < this.last) return;
    this.last = row[0];
    this.candles.update(bar(row));
    this.volume.update({ time: time(row[0]), value: row[5] });
  }

  /** The price axis makes room for lines that are near, or for all of them where that is asked. */
  private withLines(own: AutoscaleInfo | null): AutoscaleInfo | null {
    const range = own?.priceRange;
    if (!range) return own;
    const near = (range.maxValue - range.minValue) * 0.75;
    const shown = this.levels.filter((level) => this.fit || (level > range.minValue - near && level < range.maxValue + near));
    return { ...own, priceRange: { minValue: Math.min(range.minValue, ...shown), maxValue: Math.max(range.maxValue, ...shown) } };
  }

  setLines(lines: readonly ChartLine[], fit = false): void {
    this.levels = lines.map((line) => line.price);
    this.fit = fit;
    this.volume.applyOptions({ visible: !fit });
    for (const line of this.priceLines) this.candles.removePriceLine(line);
    const side = { buy: this.tone['chart-up'], sell: this.tone['chart-down'], neutral: this.tone['ink-3'] };
    this.priceLines = lines.map((line) =>
      this.candles.createPriceLine({
        price: line.price,
        color: faded(side[line.side], lines.length > LABELS_AT_MOST ? 0.6 : 0.9),
        lineWidth: 1,
        lineStyle: line.dashed ? LineStyle.Dashed : LineStyle.Solid,
        axisLabelVisible: lines.length <= LABELS_AT_MOST,
        title: lines.length <= LABELS_AT_MOST ? line.label : '',
      }),
    );
  }

  /** Fills stand at the candle they happened in. */
  setMarks(marks: readonly ChartMark[]): void {
    this.marked = marks;
    this.spacing = this.chart.timeScale().options().barSpacing;
    const arrows = arrowsOf(marks, (ms) => this.opens[this.placeOf(ms)] ?? null);
    const drawn = legible(arrows, (ms) => this.placeOf(ms), this.spacing).map(({ open_ms, side, label }): SeriesMarker<Time> => {
      const buy = side === 'buy';
      return {
        time: time(open_ms),
        position: buy ? 'belowBar' : 'aboveBar',
        shape: buy ? 'arrowUp' : 'arrowDown',
        color: buy ? this.tone['chart-up'] : this.tone['chart-down'],
        ...(label ? { text: label } : {}),
      };
    });
    this.marks.setMarkers(drawn);
  }

  /** Which candle a time is in; -1 before the first. */
  private placeOf(ms: number): number {
    let [low, high] = [0, this.opens.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.opens[middle]! <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Tells the candle under the pointer, null where there is none. */
  onPoint(tell: (row: { open: number; high: number; low: number; close: number } | null) => void): void {
    this.chart.subscribeCrosshairMove((event) => {
      const at = event.seriesData.get(this.candles);
      tell(at && 'open' in at ? at : null);
    });
  }

  /** Calls when somebody has scrolled near the oldest candle. */
  onOldest(call: () => void): void {
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < 20) call();
    });
  }

  /** Go along the candles. Returns the first and the last that are seen then, and points at the last; null where there is none. */
  walk(walk: Walk): { from_ms: number; to_ms: number; close: number } | null {
    const scale = this.chart.timeScale();
    const view = scale.getVisibleLogicalRange();
    if (!view || this.opens.length === 0) return null;
    const { from, to } = walked(walk, view, this.opens.length);
    scale.setVisibleLogicalRange({ from, to });
    const last = Math.min(this.opens.length, Math.floor(to)) - 1;
    const [first_ms, last_ms] = [this.opens[Math.max(0, Math.ceil(from))]!, this.opens[Math.max(0, last)]!];
    const row = this.candles.dataByIndex(Math.max(0, last));
    const close = row && 'close' in row ? row.close : NaN;
    this.chart.setCrosshairPosition(close, time(last_ms), this.candles);
    return { from_ms: Math.min(first_ms, last_ms), to_ms: last_ms, close };
  }

  /** Nothing is pointed at any more. */
  unpoint(): void {
    this.chart.clearCrosshairPosition();
  }

  close(): void {
    clearTimeout(this.following);
    this.chart.remove();
  }
}
