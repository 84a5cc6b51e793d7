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
  | 'selected';

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
  | { kind: 'path'; d: string; paint: Paint }
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
      return `path ${mark.paint} ${mark.d}`;
    case 'text':
      return `text ${mark.paint} ${mark.x},${mark.y} ${mark.anchor} "${mark.text}"`;
  }
}
