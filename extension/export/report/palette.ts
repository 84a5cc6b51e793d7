/**
 * Colors of what is exported: those of VS Code's light and dark themes for what is inside and outside the bounds, and a
 * color for each run in detail, at least 3 to 1 against the ground (WCAG 1.4.11).
 */
import type { Palette } from '../../pictures/svgText';

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const FONT = 'system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

export const PALETTES: { readonly [Name in Theme]: Palette & { readonly runs: readonly string[] } } = {
  light: {
    background: '#ffffff',
    foreground: '#3b3b3b',
    inside: '#1a85ff',
    outside: '#d01200',
    runs: ['#0b62b5', '#b35c00', '#1b7f4b', '#8e44ad', '#0e7c86', '#c2185b', '#7a5c00', '#5d6570'],
    fontFamily: FONT,
  },
  dark: {
    background: '#1f1f1f',
    foreground: '#cccccc',
    inside: '#3794ff',
    outside: '#f5655f',
    runs: ['#4fa3ff', '#ffa657', '#4cc38a', '#c58af9', '#4cc9d6', '#ff7eb6', '#d6b93c', '#a0a8b4'],
    fontFamily: FONT,
  },
};

type ColorName = 'background' | 'foreground' | 'inside' | 'outside';
const COLOR_NAMES: readonly ColorName[] = ['background', 'foreground', 'inside', 'outside'];

/** Names variables in place of colors, for a picture inside of a page. */
export const VARIABLES: Palette = {
  background: 'var(--background)',
  foreground: 'var(--foreground)',
  inside: 'var(--inside)',
  outside: 'var(--outside)',
  runs: PALETTES.light.runs.map((_, index) => `var(--run-${index})`),
  fontFamily: 'inherit',
};

/** CSS that gives the variables their values. */
export function variablesOf(theme: Theme): string {
  const palette = PALETTES[theme];
  return [
    ...COLOR_NAMES.map((name) => `--${name}: ${palette[name]};`),
    ...palette.runs.map((color, index) => `--run-${index}: ${color};`),
  ].join(' ');
}
