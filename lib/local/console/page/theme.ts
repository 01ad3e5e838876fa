import { element, type Theme } from './view.ts';

const key = 'rounds-theme';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Lets people choose a theme, which the browser remembers. Returns what the theme is now. */
export function showThemeChooser(onChange: () => void): () => Theme {
  const select = element('theme', HTMLSelectElement);
  select.value = localStorage.getItem(key) ?? 'system';
  const theme = (): Theme => {
    if (select.value === 'light' || select.value === 'dark') return select.value;
    return dark.matches ? 'dark' : 'light';
  };
  const apply = () => {
    document.documentElement.dataset.theme = theme();
  };
  const change = () => {
    localStorage.setItem(key, select.value);
    apply();
    onChange();
  };
  select.addEventListener('change', change);
  dark.addEventListener('change', change);
  apply();
  return theme;
}
