/** A picture as the text of an SVG file that stands by itself: the same marks, with colours resolved. Pure. */
import { escaped } from './escaped';
import { type Mark, type Paint, type Picture, RASTER_LEVELS, type Raster } from './marks';

/** Colours as CSS writes them. */
export interface Palette {
  background: string;
  foreground: string;
  inside: string;
  outside: string;
  /** Of the runs by index, beginning anew after the last; the foreground where absent. */
  runs?: readonly string[];
  fontFamily: string;
}

/** What only shows where somebody points. */
const OF_THE_POINTER: readonly Paint[] = ['selected', 'hovered', 'picked'];

/** `style` is CSS for the file, such as the values of variables that the palette names. */
export function svgText(picture: Picture, palette: Palette, style = ''): string {
  const { width, height } = picture;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(palette.fontFamily)}" font-size="11">`,
    `<title>${escaped(picture.summary)}</title>`,
    ...(style === '' ? [] : [`<style>${escaped(style)}</style>`]),
    '<defs><pattern id="hatch" patternUnits="userSpaceOnUse" width="4" height="4" patternTransform="rotate(45)">',
    `<rect width="4" height="4" fill="${escaped(palette.outside)}" fill-opacity="0.45"/><rect width="1.6" height="4" fill="${escaped(palette.outside)}"/>`,
    '</pattern></defs>',
    `<rect width="${width}" height="${height}" fill="${escaped(palette.background)}"/>`,
    ...picture.marks
      .filter((mark) => mark.kind === 'raster' || !OF_THE_POINTER.includes(mark.paint))
      .map((mark) => markText(mark, palette)),
    '</svg>',
    '',
  ].join('\n');
}

function markText(mark: Mark, palette: Palette): string {
  switch (mark.kind) {
    case 'rect':
      return `<rect x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}" ${styleOf(mark.paint, palette)}/>`;
    case 'line':
      return `<line x1="${mark.x1}" y1="${mark.y1}" x2="${mark.x2}" y2="${mark.y2}" ${styleOf(mark.paint, palette)}/>`;
    case 'path': {
      const dash = mark.dash?.length ? ` stroke-dasharray="${mark.dash.join(' ')}"` : '';
      return `<path d="${mark.d}" ${styleOf(mark.paint, palette, mark.run)}${dash}/>`;
    }
    case 'circle':
      return `<circle cx="${mark.cx}" cy="${mark.cy}" r="${mark.r}" ${styleOf(mark.paint, palette, mark.run)}/>`;
    case 'text':
      return `<text x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}" ${styleOf(mark.paint, palette)}>${escaped(mark.text)}</text>`;
    case 'raster':
      return rasterText(mark, palette);
  }
}

/** A path for each level and side; cells of one level that lie above each other are one rectangle. */
function rasterText({ columns, rows, levels, outside }: Raster, palette: Palette): string {
  const nRows = rows.length - 1;
  const paths = new Map<string, string>();
  for (let column = 0; column < columns.length - 1; column++) {
    for (let row = 0; row < nRows; ) {
      const level = levels[column * nRows + row]!;
      let end = row + 1;
      while (end < nRows && levels[column * nRows + end] === level && outside[end] === outside[row]) end++;
      if (level > 0) {
        const fill = outside[row] ? 'url(#hatch)' : escaped(palette.inside);
        const style = `fill="${fill}" fill-opacity="${Number((level / RASTER_LEVELS).toFixed(2))}"`;
        const d = `M${columns[column]} ${rows[row]}H${columns[column + 1]}V${rows[end]}H${columns[column]}Z`;
        paths.set(style, (paths.get(style) ?? '') + d);
      }
      row = end;
    }
  }
  return [...paths].map(([style, d]) => `<path d="${d}" ${style} shape-rendering="crispEdges"/>`).join('\n');
}

/** What panel.css says with classes, as attributes. */
function styleOf(paint: Paint, palette: Palette, run?: number): string {
  const foreground = escaped(palette.foreground);
  const runs = palette.runs ?? [];
  const ofRun = escaped((run === undefined ? undefined : runs[run % runs.length]) ?? palette.foreground);
  switch (paint) {
    case 'inside':
      return `fill="${escaped(palette.inside)}"`;
    case 'outside':
      return 'fill="url(#hatch)"';
    case 'outside-zone':
      return `fill="${escaped(palette.outside)}" fill-opacity="0.06"`;
    case 'before':
      return `fill="none" stroke="${foreground}" stroke-opacity="0.45"`;
    case 'grid':
      return `stroke="${foreground}" stroke-opacity="0.14"`;
    case 'axis':
      return `stroke="${foreground}" stroke-opacity="0.5"`;
    case 'zero':
      return `stroke="${foreground}" stroke-width="1.5"`;
    case 'bound':
      return `stroke="${foreground}" stroke-dasharray="3 2"`;
    case 'text':
      return `fill="${foreground}" fill-opacity="0.75"`;
    case 'strong-text':
      return `fill="${foreground}"`;
    case 'selected':
    case 'hovered':
    case 'picked':
      return 'fill="none"';
    case 'moment':
      return `stroke="${foreground}" stroke-width="1.5" stroke-opacity="0.8"`;
    case 'share-line':
      return `fill="none" stroke="${escaped(palette.outside)}" stroke-width="1.25"`;
    case 'share-area':
      return `fill="${escaped(palette.outside)}" fill-opacity="0.2"`;
    case 'run-line':
      return `fill="none" stroke="${ofRun}" stroke-width="1.5"`;
    case 'run-raw':
      return `fill="none" stroke="${ofRun}" stroke-opacity="0.3"`;
    case 'run-point':
      return `fill="${ofRun}" stroke="${escaped(palette.background)}"`;
    case 'dominated':
      return `fill="none" stroke="${foreground}" stroke-opacity="0.35"`;
    case 'spread':
      return `fill="none" stroke="${ofRun}" stroke-opacity="0.7"`;
    case 'front':
      return `fill="none" stroke="${foreground}" stroke-opacity="0.6" stroke-dasharray="4 3"`;
  }
}
