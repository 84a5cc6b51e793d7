/** One chart of curves on the screen: title, legend with values, plot or table. uPlot itself is in `curvePlot.ts`. */

import { curvesPicture } from '../../extension/pictures/curves/picture';
import { type Curves, curvesSummary, curvesTable, curvesWords, valueAt } from '../../extension/pictures/curves/series';
import type { Model } from '../../extension/pictures/model';
import { svgText } from '../../extension/pictures/svgText';
import { iconButton } from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { lineSwatch } from '../dom/swatch';
import { TableView } from '../dom/tableView';
import { exportPalette } from '../dom/theme';
import { onVisible } from '../dom/visible';
import { CurvePlot } from './curvePlot';
import type { Intents } from './part';

/** Keys and what they make of the stretch in sight. */
const ZOOM_KEYS: Readonly<Record<string, number>> = { '+': 0.5, '=': 0.5, '-': 2, '0': 0 };

export class CurveView {
  readonly element: HTMLElement;
  private readonly title = element('h3');
  private readonly legend = element('ul', { class: 'legend' });
  // Arrow keys move the moment shown and the values there are said: to a screen reader that is a slider.
  private readonly room = element('div', {
    class: 'plot-room',
    attributes: { role: 'slider', tabindex: '0', 'aria-roledescription': 'chart', 'aria-valuemin': '0' },
  });
  private readonly table: TableView;
  private readonly plot: CurvePlot;
  private curves: Curves | null = null;
  private model: Model | null = null;
  /** Index that the pointer is on; `null` shows the values of the moment. */
  private hovered: number | null = null;
  private isVisible = true;
  /** What is out of sight is drawn once all the same, for who prints the page. */
  private isDrawn = false;

  constructor(
    id: string,
    private readonly intents: Intents,
  ) {
    this.table = new TableView(`curve-table-${id}`);
    const whenThere = (act: (curves: Curves) => void) => () => {
      if (this.curves !== null) act(this.curves);
    };
    const actions = [
      iconButton(
        'Save as SVG',
        'picture',
        `curve-svg-${id}`,
        whenThere((curves) => intents.send({ type: 'save', name: `${id}.svg`, content: svgOf(curves) })),
      ),
      iconButton(
        'Save as CSV',
        'save',
        `curve-save-${id}`,
        whenThere((curves) => intents.saveTable(`${id}.csv`, curvesTable(curves))),
      ),
      iconButton(
        'Copy as CSV',
        'copy',
        `curve-copy-${id}`,
        whenThere((curves) => intents.copyTable(curvesTable(curves))),
      ),
    ];
    this.element = element(
      'section',
      { class: 'curve', test: `curve-${id}` },
      element(
        'div',
        { class: 'chart-head' },
        this.title,
        element('span', { class: 'actions' }, ...actions.map((action) => action.element)),
      ),
      this.legend,
      this.room,
      this.table.element,
    );
    this.plot = new CurvePlot(this.room, {
      onHover: (index) => {
        this.hovered = index;
        this.writeValues();
      },
      onPick: (index) => this.pick(index),
      onZoom: (zoom) => intents.choose({ zoom }),
    });
    onResize(this.room, (size) => this.plot.resize(size));
    onVisible(this.room, (isVisible) => {
      this.isVisible = isVisible;
      if (isVisible && this.curves !== null) this.plot.update(this.curves, this.model!.choices.position);
    });
    this.room.addEventListener('keydown', (event) => {
      if (this.model === null) return;
      const factor = ZOOM_KEYS[event.key];
      if (factor !== undefined) this.zoomBy(factor);
      const move = sliderMove(event.key);
      if (move === undefined) return;
      event.preventDefault();
      this.pick(this.shownIndex() + move);
    });
  }

  update(curves: Curves, model: Model): void {
    this.curves = curves;
    this.model = model;
    setText(this.title, curves.title);
    this.title.title = curves.description;
    setAttribute(this.room, 'aria-label', curvesSummary(curves));
    setAttribute(this.room, 'aria-valuemax', curves.epochs.length - 1);
    setAttribute(this.room, 'aria-valuenow', this.shownIndex());
    setAttribute(this.room, 'aria-valuetext', curvesWords(curves, this.shownIndex()));
    setAttribute(this.element, 'data-points', curves.epochs.length);
    const asTable = model.choices.curveTables;
    setHidden(this.room, asTable);
    setHidden(this.table.element, !asTable);
    this.buildLegend(curves);
    this.writeValues();
    if (asTable) this.table.update(curvesTable(curves));
    else if (this.isVisible || !this.isDrawn) {
      this.isDrawn = true;
      this.plot.update(curves, model.choices.position);
    }
  }

  themeChanged(): void {
    this.plot.themeChanged();
  }

  private shownIndex(): number {
    const { positions, choices } = this.model!;
    if (choices.position === null) return positions.length - 1;
    return positions.findLastIndex((position) => position <= choices.position!);
  }

  private pick(index: number): void {
    const { positions } = this.model!;
    const wanted = Math.max(0, Math.min(positions.length - 1, index));
    this.intents.choose({ position: wanted === positions.length - 1 ? null : positions[wanted]! });
  }

  /** Around the moment shown; `0` shows all. */
  private zoomBy(factor: number): void {
    const { positions, choices } = this.model!;
    const [first, last] = [positions[0] ?? 0, positions.at(-1) ?? 0];
    const [from, to] = choices.zoom ?? [first, last];
    const width = factor === 0 ? Number.POSITIVE_INFINITY : (to - from) * factor;
    if (width >= last - first) {
      this.intents.choose({ zoom: null });
      return;
    }
    const middle = positions[this.shownIndex()] ?? last;
    const start = Math.max(first, Math.min(last - width, middle - width / 2));
    this.intents.choose({ zoom: [start, start + width] });
  }

  private buildLegend(curves: Curves): void {
    const wanted = JSON.stringify(curves.lines.map((line) => [line.label, line.color, line.dash]));
    if (this.legend.dataset.lines === wanted) return;
    this.legend.dataset.lines = wanted;
    this.legend.replaceChildren(
      ...curves.lines.map((line) =>
        element(
          'li',
          {},
          lineSwatch(line.color, line.dash),
          element('span', { text: line.label }),
          element('span', { class: 'value' }),
        ),
      ),
    );
  }

  private writeValues(): void {
    const { curves } = this;
    if (curves === null) return;
    const index = this.hovered ?? this.shownIndex();
    for (const [at, line] of curves.lines.entries()) {
      const value = this.legend.children[at]?.lastElementChild;
      if (value) setText(value, curves.format(valueAt(line, index)));
    }
  }
}

const FILE_SIZE = { width: 720, height: 360 };

function svgOf(curves: Curves): string {
  return svgText(curvesPicture(curves, FILE_SIZE), exportPalette());
}
