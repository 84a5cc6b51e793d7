/**
 * The history picture of one target of one run on the screen: pixels below, axes and cursor above. Pointing says what was
 * measured there; dragging or the arrow keys move the moment that the whole panel shows.
 */
import { type HistoryData, historyPicture, measureAt, measureWords } from '../../extension/pictures/history';
import type { Raster, Size } from '../../extension/pictures/marks';
import { svgText } from '../../extension/pictures/svgText';
import { historyTable } from '../../extension/pictures/tables/historyTable';
import { iconButton } from '../dom/controls';
import { element, setHidden, setText } from '../dom/element';
import { RasterCanvas } from '../dom/raster';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { PictureElement } from '../dom/svg';
import { TableView } from '../dom/tableView';
import { exportPalette } from '../dom/theme';
import { onVisible } from '../dom/visible';
import type { Intents } from './part';

export interface ShownHistory {
  data: HistoryData;
  /** Index of the measure shown. */
  shown: number;
  /** Position of the newest measure of all runs; choosing it means following. */
  newest: number;
}

const LIVE_PAUSE_MS = 400;

let nViews = 0;

export class HistoryView {
  readonly element: HTMLElement;
  private readonly words = element('span', { class: 'history-words', test: 'history-words' });
  private readonly canvas = new RasterCanvas();
  private readonly picture = new PictureElement('history');
  private readonly room = element('div', { class: 'history-room' }, this.canvas.element, this.picture.element);
  private readonly table = new TableView('history-table');
  private size: Size | null = null;
  private history: ShownHistory | null = null;
  private fileName = 'history';
  private hovered: number | null = null;
  private drawnFor = '';
  private isVisible = true;

  /** Unlike that of any other. */
  private readonly name = nViews++;

  constructor(
    target: string,
    private readonly intents: Intents,
  ) {
    const actions = element(
      'span',
      { class: 'actions' },
      iconButton(`Save history of ${target} as SVG`, 'save', 'save-history', () => this.savePicture()).element,
      iconButton(`Copy history of ${target} as CSV`, 'copy', 'copy-history', () => this.copyTable()).element,
    );
    this.element = element(
      'div',
      { class: 'history', test: 'history' },
      element('div', { class: 'chart-head history-head' }, this.words, actions),
      this.room,
      this.table.element,
    );
    onResize(this.room, (size) => {
      this.size = size;
      this.draw();
    });
    onVisible(this.room, (isVisible) => {
      this.isVisible = isVisible;
      this.draw();
    });
    this.listen();
  }

  update(history: ShownHistory | null, { asTable, fileName }: { asTable: boolean; fileName: string }): void {
    this.history = history;
    this.fileName = `${fileName}-history`;
    setHidden(this.element, history === null);
    if (history === null) return;
    setHidden(this.room, asTable);
    setHidden(this.table.element, !asTable);
    if (asTable) this.table.update(historyTable(history.data));
    else {
      // What a person moves shows at once; a live picture grows by a pixel.
      const isFollowing = history.shown === history.data.positions.length - 1;
      this.intents.draw(`history ${this.name}`, () => this.draw(), isFollowing ? LIVE_PAUSE_MS : 0);
    }
  }

  themeChanged(): void {
    this.canvas.themeChanged();
    this.drawnFor = '';
    this.draw();
  }

  private draw(): void {
    const { history, size } = this;
    if (history === null || size === null || (!this.isVisible && this.drawnFor !== '')) return;
    const { data, shown } = history;
    const picture = historyPicture(data, size, shown, this.hovered);
    this.picture.draw(picture);
    this.picture.setValue(shown, data.positions.length - 1, measureWords(data, shown));
    setText(this.words, `History: ${measureWords(data, this.hovered ?? shown)}`);
    // Moving the cursor changes no cell.
    const { span } = data;
    const drawnFor = [data.of, data.positions.length, data.end, span.first, span.last, size.width, size.height].join();
    if (drawnFor === this.drawnFor) return;
    this.drawnFor = drawnFor;
    this.canvas.draw(picture.marks.find((mark): mark is Raster => mark.kind === 'raster')!, size);
  }

  private listen(): void {
    const svg = this.picture.element;
    const under = (event: PointerEvent): number | null => {
      if (this.history === null || this.size === null) return null;
      return measureAt(this.history.data, this.size, event.clientX - svg.getBoundingClientRect().left);
    };
    svg.addEventListener('pointerdown', (event) => {
      svg.setPointerCapture(event.pointerId);
      const index = under(event);
      if (index !== null) this.choose(index);
    });
    svg.addEventListener('pointermove', (event) => {
      const index = under(event);
      this.hover(index);
      if (event.buttons === 1 && index !== null) this.choose(index);
    });
    svg.addEventListener('pointerleave', () => this.hover(null));
    svg.addEventListener('keydown', (event) => {
      const move = sliderMove(event.key);
      if (move === undefined || this.history === null) return;
      event.preventDefault();
      this.choose(this.history.shown + move);
    });
  }

  private hover(index: number | null): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.draw();
  }

  private choose(index: number): void {
    const { data, shown, newest } = this.history!;
    const wanted = Math.max(0, Math.min(data.positions.length - 1, index));
    const position = data.positions[wanted]!;
    if (wanted !== shown || position === newest)
      this.intents.choose({ position: position >= newest ? null : position });
  }

  private savePicture(): void {
    if (this.history === null) return;
    const { data, shown } = this.history;
    const picture = historyPicture(data, this.size ?? { width: 640, height: 200 }, shown);
    this.intents.send({ type: 'save', name: `${this.fileName}.svg`, content: svgText(picture, exportPalette()) });
  }

  private copyTable(): void {
    if (this.history !== null) this.intents.copyTable(historyTable(this.history.data));
  }
}
