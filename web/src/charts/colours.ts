// The design tokens as a canvas needs them: as values, read anew where the theme changes.

const NAMES = ['surface', 'line', 'line-strong', 'ink', 'ink-2', 'ink-3', 'accent', 'accent-text', 'chart-up', 'chart-down', 'chart-2', 'chart-3', 'chart-4', 'warn'] as const;

/** The inks of indicators, in the order in which they are named. */
export const LINE_INKS = ['accent', 'chart-2', 'chart-3', 'chart-4'] as const;

export type Colours = Record<(typeof NAMES)[number], string>;

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours;
}

/** A #rrggbb with an alpha from 0 to 1. */
export function faded(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`;
}
