/** A picture as an SVG file that stands by itself: with what it shows in words above it, and a margin around. Pure. */

import { escaped } from '../../pictures/escaped';
import { type Palette, svgText } from '../../pictures/svgText';
import type { NamedPicture } from './reportPictures';

const MARGIN = 14;
const TITLE_HEIGHT = 20;

export function pictureFile({ title, isTitled, picture }: NamedPicture, palette: Palette): string {
  const top = MARGIN + (isTitled ? 0 : TITLE_HEIGHT);
  const [width, height] = [picture.width + 2 * MARGIN, picture.height + top + MARGIN];
  const font = `font-family="${escaped(palette.fontFamily)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font} font-size="11">`,
    `<rect width="${width}" height="${height}" fill="${palette.background}"/>`,
    ...(isTitled
      ? []
      : [
          `<text x="${MARGIN}" y="${MARGIN + 10}" font-size="13" fill="${palette.foreground}">${escaped(title)}</text>`,
        ]),
    `<g transform="translate(${MARGIN} ${top})">`,
    inner(svgText(picture, palette)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Without the element around it, which stands alone in the first line and the last. */
function inner(svg: string): string {
  return svg.slice(svg.indexOf('\n') + 1, svg.lastIndexOf('\n</svg>'));
}
