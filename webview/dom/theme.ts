/**
 * Colours that CSS can't apply by itself, because a canvas or an exported file needs them as values. Read from the
 * panel's own variables, which stand for the theme's.
 */
import { N_RUN_COLORS } from '../../extension/pictures/curves/series';
import type { Palette } from '../../extension/pictures/svgText';

export interface CurveTheme {
  text: string;
  grid: string;
  /** Line that marks the moment shown. */
  moment: string;
  runs: string[];
  font: string;
}

export function curveTheme(): CurveTheme {
  const style = getComputedStyle(document.body);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: value('--orthant-faint-text'),
    grid: value('--orthant-grid'),
    moment: value('--orthant-moment'),
    runs: Array.from({ length: N_RUN_COLORS }, (_, index) => value(`--orthant-run-${index}`)),
    font: `11px ${style.fontFamily}`,
  };
}

export function exportPalette(): Palette {
  const style = getComputedStyle(document.body);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: value('--orthant-background'),
    foreground: value('--orthant-text'),
    inside: value('--orthant-inside'),
    outside: value('--orthant-outside'),
    runs: Array.from({ length: N_RUN_COLORS }, (_, index) => value(`--orthant-run-${index}`)),
    fontFamily: style.fontFamily,
  };
}

/** What `raster.ts` paints with: red, green and blue, 0 to 255. */
export interface RasterTheme {
  inside: Rgb;
  outside: Rgb;
}

export type Rgb = readonly [number, number, number];

export function rasterTheme(): RasterTheme {
  const style = getComputedStyle(document.body);
  return {
    inside: rgbOf(style.getPropertyValue('--orthant-inside')),
    outside: rgbOf(style.getPropertyValue('--orthant-outside')),
  };
}

/** However CSS writes it: the browser knows best. */
function rgbOf(color: string): Rgb {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = color.trim();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

/** VS Code changes the class of `body` and the variables on the root element when the theme changes. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}
