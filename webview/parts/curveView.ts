/** One chart of curves on the screen: title, legend with values, plot or table. uPlot itself is in `curvePlot.ts`. */
import { type Curves, curvesSummary, curvesTable, curvesWords, valueAt } from '../../extension/pictures/curves/series';
import type { Model } from '../../extension/pictures/model';
import { iconButton } from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { lineSwatch } from '../dom/swatch';
import { TableView } from '../dom/tableView';
import { CurvePlot } from './curvePlot';
import type { Intents } from './part';

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
    });
    onResize(this.room, (size) => this.plot.resize(size));
    this.room.addEventListener('keydown', (event) => {
      const move = sliderMove(event.key);
      if (move === undefined || this.model === null) return;
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
    else this.plot.update(curves, model.choices.position);
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
