/**
 * One histogram on the screen: title, picture or table, and the bin that pointer or arrow keys are on. The picture
 * itself is made by `pictures/histogram.ts`.
 */

import { type Bin, binsOf } from '../../extension/pictures/bins';
import { binWords, type HistogramData, histogramPicture } from '../../extension/pictures/histogram';
import { binAt } from '../../extension/pictures/histogramFrame';
import type { Size } from '../../extension/pictures/marks';
import { svgText } from '../../extension/pictures/svgText';
import { histogramTable } from '../../extension/pictures/tables/histogramTable';
import { boundsWords, type Split } from '../../extension/pictures/words';
import { type Figures, formatShare } from '../../extension/protocol/figures';
import type { RowsEvent } from '../../extension/protocol/rows';
import { type IconControl, iconButton } from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { PictureElement } from '../dom/svg';
import { TableView } from '../dom/tableView';
import { exportPalette } from '../dom/theme';
import { HistoryView, type ShownHistory } from './historyView';
import type { Intents } from './part';
import { RowsList } from './rowsList';

/** How and beside what a histogram is shown. */
export interface HistogramShown {
  asTable: boolean;
  fileName: string;
  /** `null` leaves it out. */
  history: ShownHistory | null;
  /** The rows behind it; `null` where none were recorded yet. */
  rows: RowsEvent | null;
  split: Split;
}

export class HistogramView {
  readonly element: HTMLElement;
  private readonly bounds = element('span', { class: 'bounds' });
  private readonly share = element('strong', { test: 'outside-share' });
  private readonly rest = element('span');
  private readonly words = element('span', { class: 'outside-words', test: 'outside-words' }, this.share, this.rest);
  private readonly picture = new PictureElement('histogram');
  private readonly room = element('div', { class: 'picture-room' }, this.picture.element);
  private readonly table = new TableView('histogram-table');
  private readonly history: HistoryView;
  private readonly rows: RowsList;
  private readonly rowsButton: IconControl;
  private hasRows = false;
  private worst: Pick<HistogramShown, 'rows' | 'split'> = { rows: null, split: 'train' };
  private readonly empty = element('p', { class: 'waiting' });
  private size: Size | null = null;
  private data: HistogramData | null = null;
  private fileName = 'histogram';
  private selected: number | null = null;

  constructor(
    run: string,
    target: string,
    private readonly intents: Intents,
  ) {
    this.rows = new RowsList(run, target, 'worst-rows', intents);
    setHidden(this.rows.element, true);
    this.rowsButton = iconButton(`List the worst rows of ${target}`, 'table', 'list-rows', () => this.toggleRows());
    this.history = new HistoryView(target, intents);
    const actions = element(
      'span',
      { class: 'actions' },
      this.rowsButton.element,
      iconButton(`Save picture of ${target} as SVG`, 'save', 'save-svg', () => this.savePicture()).element,
      iconButton(`Copy ${target} as CSV`, 'copy', 'copy-csv', () => this.copyTable()).element,
    );
    this.element = element(
      'section',
      { class: 'histogram', test: 'histogram', attributes: { 'data-target': target, 'aria-label': target } },
      element('div', { class: 'chart-head' }, element('h3', { text: target }), this.bounds, this.words, actions),
      this.room,
      this.table.element,
      element('div', { class: 'below' }, this.rows.element, this.history.element),
      this.empty,
    );
    setHidden(this.empty, true);
    onResize(this.room, (size) => {
      this.size = size;
      this.draw();
    });
    this.listen();
  }

  update(data: HistogramData, figures: Figures, { asTable, fileName, history, rows, split }: HistogramShown): void {
    this.data = data;
    this.fileName = fileName;
    setHidden(this.empty, true);
    setHidden(this.room, asTable);
    setHidden(this.table.element, !asTable);
    setText(this.bounds, boundsWords(data.bounds));
    setAttribute(this.element, 'data-outside', figures.negativeShare);
    setAttribute(this.element, 'data-min', figures.minOutput);
    setAttribute(this.words, 'class', `outside-words ${figures.negativeShare > 0 ? 'bad' : 'good'}`);
    this.writeWords();
    this.history.update(history, { asTable, fileName });
    if (this.hasRows) this.rows.updateWorst(rows, split);
    this.worst = { rows, split };
    if (asTable) this.table.update(histogramTable(data));
    else this.draw();
  }

  updateEmpty(words: string): void {
    setHidden(this.empty, false);
    setHidden(this.room, true);
    setHidden(this.table.element, true);
    this.history.update(null, { asTable: false, fileName: '' });
    setText(this.empty, words);
    setText(this.share, '');
    setText(this.rest, '');
  }

  themeChanged(): void {
    this.history.themeChanged();
  }

  private draw(): void {
    if (this.data === null || this.size === null) return;
    this.picture.draw(histogramPicture(this.data, this.size, this.selected));
    const bins = this.bins();
    const bin = this.selected === null ? undefined : bins[this.selected];
    const index = bin?.index ?? firstAtZero(bins);
    this.picture.setValue(index, bins.length - 1, bin === undefined ? this.data.words : binWords(bin));
  }

  /** The share outside in words, or the selected bin's while there is one. */
  private writeWords(): void {
    if (this.data === null) return;
    const { words } = this.data;
    const comma = words.indexOf(',');
    const bin = this.selected === null ? undefined : this.bins()[this.selected];
    this.words.classList.toggle('of-bin', bin !== undefined);
    setText(this.share, bin === undefined ? words.slice(0, comma) : formatShare(bin.share));
    setText(this.rest, bin === undefined ? words.slice(comma) : ` in ${binWords(bin).replace(/: [^,]*,/, ',')}`);
  }

  private bins() {
    return this.data === null ? [] : binsOf(this.data.edges, this.data.counts, this.data.bounds);
  }

  private select(bin: number | null): void {
    if (this.selected === bin) return;
    this.selected = bin;
    this.writeWords();
    this.draw();
  }

  private listen(): void {
    const svg = this.picture.element;
    svg.addEventListener('pointermove', (event) => {
      if (this.data === null || this.size === null) return;
      this.select(binAt(this.data, this.size, event.clientX - svg.getBoundingClientRect().left));
    });
    svg.addEventListener('click', () => this.listOutside());
    svg.addEventListener('pointerleave', () => this.select(null));
    svg.addEventListener('blur', () => this.select(null));
    svg.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.select(null);
      if (event.key === 'Enter') this.listOutside();
      const move = sliderMove(event.key);
      if (move === undefined || this.data === null) return;
      event.preventDefault();
      this.walk(move);
    });
  }

  /** On the side outside the bounds one asks who is there. */
  private listOutside(): void {
    if (this.selected !== null && this.bins()[this.selected]?.outside) this.toggleRows();
  }

  private toggleRows(): void {
    this.hasRows = !this.hasRows;
    setHidden(this.rows.element, !this.hasRows);
    setAttribute(this.rowsButton.element, 'aria-pressed', String(this.hasRows));
    if (!this.hasRows) return;
    const { rows, split } = this.worst;
    this.rows.updateWorst(rows, split);
    this.intents.answer('The worst rows are listed below the histogram.');
  }

  /** Arrow keys walk over the bins, starting at the first one at or above 0. */
  private walk(move: number): void {
    const bins = this.bins();
    const atZero = firstAtZero(bins);
    const from = this.selected ?? (move > 0 ? atZero - 1 : atZero);
    const next = Math.max(0, Math.min(bins.length - 1, from + move));
    this.select(next);
  }

  private savePicture(): void {
    if (this.data === null) return;
    const picture = histogramPicture(this.data, this.size ?? { width: 640, height: 240 });
    this.intents.send({ type: 'save', name: `${this.fileName}.svg`, content: svgText(picture, exportPalette()) });
  }

  private copyTable(): void {
    if (this.data !== null) this.intents.copyTable(histogramTable(this.data));
  }
}

function firstAtZero(bins: readonly Bin[]): number {
  return Math.max(
    0,
    bins.findIndex((bin) => bin.from >= 0),
  );
}
