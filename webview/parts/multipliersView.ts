/** How the multipliers of a run are spread, and which rows the largest belong to: a picture and a list for each bound. */
import { histogramPicture } from '../../extension/pictures/histogram';
import type { Size } from '../../extension/pictures/marks';
import type { Model } from '../../extension/pictures/model';
import { multiplierHistogram } from '../../extension/pictures/multipliers';
import { multiplierRowsTable } from '../../extension/pictures/tables/rowsTable';
import type { RowsEvent, SideMultipliers } from '../../extension/protocol/rows';
import { element, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { PictureElement } from '../dom/svg';
import type { Intents } from './part';
import { RowsList } from './rowsList';

export class MultipliersView {
  private readonly grid = element('div', { class: 'histograms' });
  readonly element = element(
    'details',
    { class: 'multipliers', test: 'multipliers' },
    element('summary', { text: 'Multipliers and their rows' }),
    this.grid,
  );
  private readonly sides = new Map<string, SideView>();

  constructor(
    private readonly run: string,
    private readonly intents: Intents,
  ) {
    setHidden(this.element, true);
  }

  update(event: RowsEvent | null, model: Model): void {
    const all = Object.entries(event?.targets ?? {}).flatMap(([target, { multipliers }]) =>
      multipliers.map((side) => ({ target, side })),
    );
    setHidden(this.element, all.length === 0);
    const wanted = new Set<string>();
    for (const { target, side } of all) {
      const key = `${target}\n${side.side}`;
      wanted.add(key);
      let view = this.sides.get(key);
      if (view === undefined) {
        view = new SideView(this.run, target, this.intents);
        this.sides.set(key, view);
        this.grid.append(view.element);
      }
      view.update(event!, side, model);
    }
    for (const [key, view] of this.sides) setHidden(view.element, !wanted.has(key));
  }
}

class SideView {
  private readonly title = element('h3');
  private readonly words = element('span');
  /** Without a cursor of its own: the rows below are what one walks through. */
  private readonly picture = new PictureElement(null);
  private readonly room = element('div', { class: 'picture-room' }, this.picture.element);
  private readonly list: RowsList;
  readonly element: HTMLElement;
  private shown: { event: RowsEvent; side: SideMultipliers; model: Model } | null = null;
  private size: Size | null = null;

  constructor(
    run: string,
    private readonly target: string,
    intents: Intents,
  ) {
    this.list = new RowsList(run, target, 'multiplier-rows', intents);
    this.element = element(
      'section',
      { class: 'multiplier' },
      element('div', { class: 'chart-head' }, this.title, this.words),
      this.room,
      this.list.element,
    );
    onResize(this.room, (size) => {
      this.size = size;
      this.draw();
    });
  }

  update(event: RowsEvent, side: SideMultipliers, model: Model): void {
    this.shown = { event, side, model };
    setText(this.title, `λ of ${this.target}, ${side.side}`);
    this.list.update(multiplierRowsTable(event, this.target, side), side.rows);
    this.draw();
  }

  private draw(): void {
    if (this.shown === null || this.size === null) return;
    const { event, side, model } = this.shown;
    const data = multiplierHistogram(event, this.target, side, model.choices.heightScale);
    setText(this.words, data.words);
    this.picture.draw(histogramPicture(data, this.size));
  }
}
