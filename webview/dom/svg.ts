/**
 * The one renderer of pictures: marks to SVG nodes. Nodes are kept and changed in place, so that a frame with the same
 * marks as the one before touches only the heights that moved; eight live runs must stay fluid.
 */
import { N_RUN_COLORS } from '../../extension/pictures/curves/series';
import type { Mark, Picture, Raster } from '../../extension/pictures/marks';
import { setAttribute, svgElement } from './element';

type Drawn = Exclude<Mark, Raster>;

let nHatches = 0;

export class PictureElement {
  readonly element: SVGSVGElement;
  private readonly marks: SVGGElement;
  private readonly hatch = `orthant-hatch-${nHatches++}`;

  /** `kind` is what a screen reader calls it; `null` is a picture in which nothing can be picked. */
  constructor(kind: string | null) {
    this.marks = svgElement('g');
    this.element = svgElement(
      'svg',
      // Arrow keys walk over what is shown and the value is said: to a screen reader that is a slider.
      kind === null
        ? { role: 'img' }
        : { role: 'slider', tabindex: '0', 'aria-roledescription': kind, 'aria-valuemin': '0' },
      svgElement('defs', {}, this.pattern()),
      this.marks,
    );
    this.element.setAttribute('class', 'picture');
  }

  /** What the keyboard is on, of so many; `words` are what a screen reader says. */
  setValue(index: number, last: number, words: string): void {
    setAttribute(this.element, 'aria-valuemax', last);
    setAttribute(this.element, 'aria-valuenow', index);
    setAttribute(this.element, 'aria-valuetext', words);
  }

  draw(picture: Picture): void {
    setAttribute(this.element, 'viewBox', `0 0 ${picture.width} ${picture.height}`);
    setAttribute(this.element, 'aria-label', picture.summary);
    // A raster is pixels: `raster.ts` paints it.
    const marks = picture.marks.filter((mark): mark is Drawn => mark.kind !== 'raster');
    for (const [index, mark] of marks.entries()) {
      const present = this.marks.children[index];
      if (present?.localName === mark.kind) this.update(present, mark);
      else {
        const made = svgElement(mark.kind);
        this.update(made, mark);
        if (present === undefined) this.marks.append(made);
        else present.replaceWith(made);
      }
    }
    while (this.marks.children.length > marks.length) this.marks.lastElementChild!.remove();
  }

  private update(node: Element, mark: Drawn): void {
    setAttribute(node, 'class', `paint-${mark.paint}${runClass(mark)}`);
    switch (mark.kind) {
      case 'rect':
        for (const name of ['x', 'y', 'width', 'height'] as const) setAttribute(node, name, mark[name]);
        setAttribute(node, 'data-bin', mark.bar?.bin ?? null);
        setAttribute(node, 'data-count', mark.bar?.count ?? null);
        // A class can't name the pattern: a URL in a stylesheet is relative to the stylesheet.
        setAttribute(node, 'fill', mark.paint === 'outside' ? `url(#${this.hatch})` : null);
        break;
      case 'line':
        for (const name of ['x1', 'y1', 'x2', 'y2'] as const) setAttribute(node, name, mark[name]);
        break;
      case 'path':
        setAttribute(node, 'd', mark.d);
        setAttribute(node, 'stroke-dasharray', mark.dash?.length ? mark.dash.join(' ') : null);
        setAttribute(node, 'data-item', mark.item ?? null);
        break;
      case 'circle':
        for (const name of ['cx', 'cy', 'r'] as const) setAttribute(node, name, mark[name]);
        setAttribute(node, 'data-item', mark.item ?? null);
        break;
      case 'text':
        setAttribute(node, 'x', mark.x);
        setAttribute(node, 'y', mark.y);
        setAttribute(node, 'text-anchor', mark.anchor);
        if (node.textContent !== mark.text) node.textContent = mark.text;
        break;
    }
  }

  private pattern(): SVGPatternElement {
    return svgElement(
      'pattern',
      { id: this.hatch, patternUnits: 'userSpaceOnUse', width: '4', height: '4', patternTransform: 'rotate(45)' },
      svgElement('rect', { class: 'hatch-ground', width: '4', height: '4' }),
      svgElement('rect', { class: 'hatch-line', width: '1.6', height: '4' }),
    );
  }
}

function runClass(mark: Drawn): string {
  return 'run' in mark && mark.run !== undefined ? ` run-color-${mark.run % N_RUN_COLORS}` : '';
}
