/** A picture as the text of an SVG file that stands by itself: the same marks, with colours resolved. Pure. */
import type { Mark, Paint, Picture } from './marks';

/** Colours as CSS writes them. */
export interface Palette {
  background: string;
  foreground: string;
  inside: string;
  outside: string;
  fontFamily: string;
}

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
    ...picture.marks.filter((mark) => mark.paint !== 'selected').map((mark) => markText(mark, palette)),
    '</svg>',
    '',
  ].join('\n');
}

function markText(mark: Mark, palette: Palette): string {
  const style = styleOf(mark.paint, palette);
  switch (mark.kind) {
    case 'rect':
      return `<rect x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}" ${style}/>`;
    case 'line':
      return `<line x1="${mark.x1}" y1="${mark.y1}" x2="${mark.x2}" y2="${mark.y2}" ${style}/>`;
    case 'path':
      return `<path d="${mark.d}" ${style}/>`;
    case 'text':
      return `<text x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}" ${style}>${escaped(mark.text)}</text>`;
  }
}

/** What panel.css says with classes, as attributes. */
function styleOf(paint: Paint, palette: Palette): string {
  const foreground = escaped(palette.foreground);
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
      return 'fill="none"';
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
