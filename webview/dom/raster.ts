/**
 * Paints a raster on a canvas, pixel by pixel: tens of thousands of cells change with every measure of a live run, far too
 * many for nodes of their own. What is outside is hatched as well as coloured.
 */
import { RASTER_LEVELS, type Raster, type Size } from '../../extension/pictures/marks';
import { element } from './element';
import { type RasterTheme, type Rgb, rasterTheme } from './theme';

/** Of the hatch, in pixels: strokes of the full colour, between them a part of it. */
const HATCH = { period: 4, stroke: 2, between: 0.55 };

export class RasterCanvas {
  /** Nothing to a screen reader: the picture above it has the words. */
  readonly element = element('canvas', { class: 'raster', attributes: { 'aria-hidden': 'true' } });
  private theme: RasterTheme | null = null;

  themeChanged(): void {
    this.theme = null;
  }

  draw(raster: Raster, size: Size): void {
    this.theme ??= rasterTheme();
    const { element: canvas, theme } = this;
    if (canvas.width !== size.width) canvas.width = size.width;
    if (canvas.height !== size.height) canvas.height = size.height;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(size.width, size.height);
    const pixels = new Uint32Array(image.data.buffer);
    const inside = shades(theme.inside);
    const outside = shades(theme.outside);
    const rowOfPixel = cellsOf(raster.rows.toReversed(), size.height);
    const columnOfPixel = cellsOf(raster.columns, size.width);
    const nRows = raster.rows.length - 1;
    for (let y = 0; y < size.height; y++) {
      if (rowOfPixel[y]! < 0) continue;
      // The rows count upwards, pixels downwards.
      const row = nRows - 1 - rowOfPixel[y]!;
      const isOutside = raster.outside[row]!;
      const shadesOfRow = isOutside ? outside : inside;
      for (let x = 0; x < size.width; x++) {
        const column = columnOfPixel[x]!;
        if (column < 0) continue;
        const level = raster.levels[column * nRows + row]!;
        const isBetween = isOutside && (x + y) % HATCH.period >= HATCH.stroke;
        if (level > 0) pixels[y * size.width + x] = shadesOfRow[level + (isBetween ? RASTER_LEVELS : 0)]!;
      }
    }
    context.putImageData(image, 0, 0);
  }
}

/** Of each pixel the index of the cell between `edges` (ascending) that holds its middle, or −1. */
function cellsOf(edges: readonly number[], length: number): Int16Array {
  const cells = new Int16Array(length).fill(-1);
  for (let cell = 0; cell + 1 < edges.length; cell++) {
    const from = Math.max(0, Math.round(edges[cell]!));
    const to = Math.min(length, Math.max(from + 1, Math.round(edges[cell + 1]!)));
    cells.fill(cell, from, to);
  }
  return cells;
}

/** Index 0 is nothing, then a shade per level, then those between the strokes of the hatch. As bytes of R, G, B, A. */
function shades([red, green, blue]: Rgb): Uint32Array {
  const made = new Uint8ClampedArray((2 * RASTER_LEVELS + 1) * 4);
  for (let level = 1; level <= RASTER_LEVELS; level++) {
    const alpha = 255 * (0.1 + (0.9 * level) / RASTER_LEVELS);
    made.set([red, green, blue, alpha], level * 4);
    made.set([red, green, blue, alpha * HATCH.between], (level + RASTER_LEVELS) * 4);
  }
  return new Uint32Array(made.buffer);
}
