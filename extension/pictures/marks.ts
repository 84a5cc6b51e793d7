/**
 * The vocabulary of the panel's pictures: a picture is a plain list of marks, made by a pure function of data and size.
 * No DOM and no colours here: a mark names its paint, and the stylesheet (or the palette of an exported file) gives the
 * colour, so one picture serves every theme.
 */

/** What a mark stands for; the stylesheet has one class `paint-…` for each. */
export type Paint =
  /** Mass inside the bounds. */
  | 'inside'
  /** Mass outside the bounds; drawn hatched as well as coloured. */
  | 'outside'
  /** The ground of the part of the axis that lies outside the bounds. */
  | 'outside-zone'
  /** Outline of the outputs before training. */
  | 'before'
  | 'axis'
  | 'grid'
  | 'zero'
  | 'bound'
  | 'text'
  | 'strong-text'
  /** The bin that pointer or arrow keys are on. */
  | 'selected'
  /** The moment shown, and the one under the pointer. */
  | 'moment'
  | 'hovered'
  /** The share outside over time: a line, and the ground below it. */
  | 'share-line'
  | 'share-area'
  /** In the color of its run: a line, the same as measured behind a smoothed one, a point. */
  | 'run-line'
  | 'run-raw'
  | 'run-point'
  /** A point or line that another beats in everything. */
  | 'dominated'
  /** Joins the points that none beats. */
  | 'front'
  /** In the color of its run: from the least to the largest over seeds. */
  | 'spread'
  /** The point or line that pointer or arrow keys are on. */
  | 'picked';

/** What a mark of a picture of several runs belongs to. */
interface OfRun {
  /** Index of its run's color. */
  run?: number;
  /** Index of the thing it stands for, for tests and hit-testing. */
  item?: number;
  /** Lengths of strokes and gaps. */
  dash?: readonly number[];
}

/**
 * Cells of a grid with uneven rows and columns, each as dense as its level. Thousands of them are one mark: a browser
 * paints them as pixels, a file gets a path per level.
 */
export interface Raster {
  kind: 'raster';
  /** Left ends of the columns, and the right end of the last. */
  columns: readonly number[];
  /** Bottom ends of the rows, upwards, and the top end of the last. */
  rows: readonly number[];
  /** `[columns, rows]`, 0 (nothing) to `RASTER_LEVELS`. */
  levels: Uint8Array;
  /** By row: hatched, and in the color of what is outside. */
  outside: readonly boolean[];
}

export const RASTER_LEVELS = 15;

export type Mark =
  | {
      kind: 'rect';
      x: number;
      y: number;
      width: number;
      height: number;
      paint: Paint;
      /** Set on bars, for tests and for hit-testing: index into the counts, and the count itself. */
      bar?: { bin: number; count: number };
    }
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; paint: Paint }
  | ({ kind: 'path'; d: string; paint: Paint } & OfRun)
  | ({ kind: 'circle'; cx: number; cy: number; r: number; paint: Paint } & OfRun)
  | Raster
  | { kind: 'text'; x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end'; paint: Paint };

export interface Size {
  /** In CSS pixels, as are all coordinates. */
  width: number;
  height: number;
}

export interface Picture extends Size {
  marks: Mark[];
  /** The picture in one sentence, for those who can't see it. */
  summary: string;
}

/** Coordinates to a tenth of a pixel: finer is invisible and makes files and snapshots longer. */
export function rounded(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

/** One line of text per mark; how tests read a picture. */
export function marksText(picture: Picture): string {
  return picture.marks.map(markText).join('\n');
}

function markText(mark: Mark): string {
  switch (mark.kind) {
    case 'rect': {
      const bar = mark.bar === undefined ? '' : ` bin ${mark.bar.bin} count ${mark.bar.count}`;
      return `rect ${mark.paint} ${mark.x},${mark.y} ${mark.width}×${mark.height}${bar}`;
    }
    case 'line':
      return `line ${mark.paint} ${mark.x1},${mark.y1} → ${mark.x2},${mark.y2}`;
    case 'path':
      return `path ${mark.paint}${runText(mark)} ${mark.d}`;
    case 'circle':
      return `circle ${mark.paint}${runText(mark)} ${mark.cx},${mark.cy} r ${mark.r}`;
    case 'raster':
      return rasterText(mark);
    case 'text':
      return `text ${mark.paint} ${mark.x},${mark.y} ${mark.anchor} "${mark.text}"`;
  }
}

function runText({ run, item }: OfRun): string {
  return `${run === undefined ? '' : ` run ${run}`}${item === undefined ? '' : ` item ${item}`}`;
}

/** A line per row from the top, a hexadecimal digit per cell. */
function rasterText({ columns, rows, levels, outside }: Raster): string {
  const nRows = rows.length - 1;
  const lines = outside.map((isOutside, row) => {
    const cells = columns.slice(1).map((_, column) => levels[column * nRows + row]!.toString(16));
    return `${isOutside ? 'outside' : 'inside'} ${cells.join('')}`;
  });
  return [`raster ${columns.join(' ')} × ${rows.join(' ')}`, ...lines.reverse()].join('\n');
}
