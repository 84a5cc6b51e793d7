/** HTML as text: escaping, tables, and pictures within a page. Nothing here knows of runs. */
import { escaped } from '../../pictures/escaped';
import type { Picture } from '../../pictures/marks';
import { svgText } from '../../pictures/svgText';
import type { Cell, Column, Table } from '../../pictures/tables/table';
import { VARIABLES } from './palette';

/** Markup that is safe to put into a page: whatever came from a file is escaped in it. */
export interface Markup {
  readonly html: string;
}

/** Markup from a template: what is no markup itself is escaped. */
export function html(
  strings: TemplateStringsArray,
  ...pieces: readonly (Markup | string | number | readonly Markup[])[]
): Markup {
  const text = pieces.map((piece) => {
    if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece));
    return 'html' in piece ? piece.html : piece.map((each) => each.html).join('\n');
  });
  return { html: String.raw({ raw: strings.raw }, ...text) };
}

export const NOTHING: Markup = { html: '' };

export function tableMarkup({ caption, columns, rows }: Table): Markup {
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(headMarkup)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, index) => cellMarkup(cell, columns[index]))}</tr>`)}
</tbody></table></div>`;
}

function headMarkup({ label, description, numeric }: Column): Markup {
  const className = numeric ? 'number' : '';
  return description === undefined
    ? html`<th scope="col" class="${className}">${label}</th>`
    : html`<th scope="col" class="${className}" title="${description}">${label}</th>`;
}

function cellMarkup({ text, head, swatch, tone, title = '' }: Cell, column: Column | undefined): Markup {
  const className = [column?.numeric ? 'number' : '', tone ?? ''].join(' ').trim();
  const content = swatch === undefined ? html`${text}` : html`<span class="swatch run-${swatch}"></span>${text}`;
  return head
    ? html`<th scope="row" class="${className}" title="${title}">${content}</th>`
    : html`<td class="${className}" title="${title}">${content}</td>`;
}

/** `id` is unlike all others of the page. */
export function pictureMarkup(picture: Picture, id: string): Markup {
  // The pattern's name would be the same in each picture of the page. In text, quotes are escaped: these are markup.
  const svg = svgText(picture, VARIABLES)
    .replace('<svg ', `<svg role="img" aria-labelledby="${id}" `)
    .replace('<title>', `<title id="${id}">`)
    .replace('id="hatch"', `id="${id}-hatch"`)
    .replaceAll('"url(#hatch)"', `"url(#${id}-hatch)"`);
  return { html: svg };
}
