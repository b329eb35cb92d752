// Dark, light or what the system says; remembered. public/theme.js reads the same key before the first paint.
import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
type Shown = 'light' | 'dark';

const KEY = 'botswain.theme';
const system = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : 'system';
  } catch {
    return 'system'; // storage is barred: the system's choice holds for this visit
  }
}

function shownOf(theme: Theme): Shown {
  if (theme !== 'system') return theme;
  return system?.matches ? 'dark' : 'light';
}

interface ThemeState {
  theme: Theme;
  shown: Shown;
  choose: (theme: Theme) => void;
}

export const useTheme = create<ThemeState>((set) => ({
  theme: kept(),
  shown: shownOf(kept()),
  choose: (theme) => {
    try {
      if (theme === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // not remembered, still shown
    }
    set({ theme, shown: paint(theme) });
  },
}));

function paint(theme: Theme): Shown {
  const shown = shownOf(theme);
  document.documentElement.dataset.theme = shown;
  return shown;
}

system?.addEventListener('change', () => {
  const { theme } = useTheme.getState();
  useTheme.setState({ shown: paint(theme) });
});
