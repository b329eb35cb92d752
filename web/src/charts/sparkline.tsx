import { cx } from '@/ui/class-names';

const [WIDTH, HEIGHT, EDGE] = [120, 36, 2];

interface SparklineProps {
  values: readonly number[];
  /** what it began with: the colour says on which side of it the line ends */
  base?: number;
  className?: string;
}

/** A curve without axes. It repeats what stands beside it in figures, so it is hidden from screen readers. */
export function Sparkline({ values, base, className = 'h-9 w-30' }: SparklineProps) {
  // A box would look like something that is still loading.
  if (values.length < 2)
    return (
      <span className={cx('flex items-center', className)} aria-hidden>
        <span className="w-full border-t border-dashed border-line-strong" />
      </span>
    );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => (at / (values.length - 1)) * WIDTH;
  const y = (value: number) => (high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE));
  const path = values.map((value, at) => `${at ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const won = values.at(-1)! >= (base ?? values[0]!);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={cx('overflow-visible', won ? 'text-up' : 'text-down', className)} aria-hidden focusable="false">
      <path d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="currentColor" opacity={0.09} />
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </svg>
  );
}
