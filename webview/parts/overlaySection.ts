/** The histograms of all runs in detail over each other: a picture, or a table, for each target. */

import { runDash } from '../../extension/pictures/curves/series';
import { binAt } from '../../extension/pictures/histogramFrame';
import type { Size } from '../../extension/pictures/marks';
import type { Model } from '../../extension/pictures/model';
import {
  type OverlayData,
  overlayPicture,
  overlaysOf,
  overlayTable,
  overlayWords,
} from '../../extension/pictures/overlay';
import type { Axes } from '../../extension/pictures/sharedAxes';
import { svgText } from '../../extension/pictures/svgText';
import { boundsWords } from '../../extension/pictures/words';
import { iconButton } from '../dom/controls';
import { element, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { PictureElement } from '../dom/svg';
import { lineSwatch } from '../dom/swatch';
import { TableView } from '../dom/tableView';
import { exportPalette } from '../dom/theme';
import type { Intents } from './part';

export class OverlaySection {
  private readonly grid = element('div', { class: 'histograms' });
  private readonly legend = element('ul', { class: 'legend' });
  readonly element = element(
    'section',
    { class: 'block overlay', test: 'overlay', attributes: { 'aria-label': 'Histograms over each other' } },
    element('div', { class: 'block-head' }, element('h2', { text: 'Histograms over each other' }), this.legend),
    this.grid,
  );
  private readonly views = new Map<string, OverlayView>();

  constructor(private readonly intents: Intents) {}

  update(model: Model, axes: ReadonlyMap<string, Axes>): void {
    const overlays = model.runs.length > 1 ? overlaysOf(model, axes) : [];
    setHidden(this.element, overlays.length === 0);
    if (overlays.length === 0) return;
    this.updateLegend(model);
    const wanted = new Set<string>();
    for (const [place, data] of overlays.entries()) {
      const key = `${place} ${data.target}`;
      wanted.add(key);
      let view = this.views.get(key);
      if (view === undefined) {
        view = new OverlayView(data.target, this.intents);
        this.views.set(key, view);
        this.grid.append(view.element);
      }
      view.update(data, model.choices.histogramTables);
    }
    for (const [key, view] of this.views) setHidden(view.element, !wanted.has(key));
  }

  private updateLegend({ labels }: Model): void {
    const wanted = labels.join('\n');
    if (this.legend.dataset.runs === wanted) return;
    this.legend.dataset.runs = wanted;
    this.legend.replaceChildren(
      ...labels.map((label, index) =>
        element('li', {}, lineSwatch(index, runDash(index)), element('span', { text: label })),
      ),
    );
  }
}

class OverlayView {
  readonly element: HTMLElement;
  private readonly bounds = element('span', { class: 'bounds' });
  private readonly words = element('span', { class: 'overlay-words', test: 'overlay-words' });
  private readonly picture = new PictureElement('histogram');
  private readonly room = element('div', { class: 'picture-room' }, this.picture.element);
  private readonly table = new TableView('overlay-table');
  private size: Size | null = null;
  private data: OverlayData | null = null;
  private selected: number | null = null;

  constructor(
    target: string,
    private readonly intents: Intents,
  ) {
    const save = iconButton(`Save overlay of ${target} as SVG`, 'save', 'overlay-save', () => this.save());
    const copy = iconButton(`Copy overlay of ${target} as CSV`, 'copy', 'overlay-copy', () => {
      if (this.data !== null) intents.copyTable(overlayTable(this.data));
    });
    this.element = element(
      'section',
      { class: 'pick', attributes: { 'aria-label': target } },
      element(
        'div',
        { class: 'chart-head' },
        element('h3', { text: target }),
        this.bounds,
        element('span', { class: 'actions' }, save.element, copy.element),
      ),
      this.room,
      this.words,
      this.table.element,
    );
    onResize(this.room, (size) => {
      this.size = size;
      this.draw();
    });
    this.listen();
  }

  update(data: OverlayData, asTable: boolean): void {
    this.data = data;
    setText(this.bounds, boundsWords(data.bounds));
    setHidden(this.room, asTable);
    setHidden(this.words, asTable);
    setHidden(this.table.element, !asTable);
    if (asTable) this.table.update(overlayTable(data));
    else this.draw();
  }

  private draw(): void {
    const { data, size, selected } = this;
    if (data === null || size === null) return;
    const picture = overlayPicture(data, size, selected);
    this.picture.draw(picture);
    const atZero = data.edges.indexOf(0) + 1;
    this.picture.setValue(selected ?? atZero, data.edges.length, overlayWords(data, selected ?? atZero));
    setText(this.words, selected === null ? othersWords(data) : overlayWords(data, selected));
  }

  private select(bin: number | null): void {
    if (bin === this.selected) return;
    this.selected = bin;
    this.draw();
  }

  private listen(): void {
    const svg = this.picture.element;
    svg.addEventListener('pointermove', (event) => {
      if (this.data === null || this.size === null) return;
      this.select(binAt(this.data, this.size, event.clientX - svg.getBoundingClientRect().left));
    });
    svg.addEventListener('pointerleave', () => this.select(null));
    svg.addEventListener('blur', () => this.select(null));
    svg.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.select(null);
      const move = sliderMove(event.key);
      if (move === undefined || this.data === null) return;
      event.preventDefault();
      // From 0 on, where one wants to look.
      const from = this.selected ?? this.data.edges.indexOf(0) + (move > 0 ? 0 : 1);
      this.select(Math.max(0, Math.min(this.data.edges.length, from + move)));
    });
  }

  private save(): void {
    if (this.data === null) return;
    const picture = overlayPicture(this.data, this.size ?? { width: 640, height: 240 });
    const content = svgText(picture, exportPalette());
    this.intents.send({ type: 'save', name: `overlay-${this.data.target}.svg`, content });
  }
}

function othersWords({ nOthers }: OverlayData): string {
  if (nOthers === 0) return '';
  return `${nOthers} more ${nOthers === 1 ? 'run has' : 'runs have'} this target over other bins or without such a set.`;
}
