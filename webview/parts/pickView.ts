/**
 * A picture of several runs on the screen, in which one can be picked: the pointer or the arrow keys go from run to run
 * and say what it is, a click or Enter opens it. What is drawn and where is the picture's own (`pictures/pareto.ts`,
 * `pictures/parallel.ts`).
 */
import { type ComparedRun, itemOf } from '../../extension/pictures/compared';
import type { Picture, Size } from '../../extension/pictures/marks';
import { svgText } from '../../extension/pictures/svgText';
import type { Table } from '../../extension/pictures/tables/table';
import { type Control, iconButton } from '../dom/controls';
import { element, setAttribute, setHidden, setText } from '../dom/element';
import { onResize } from '../dom/size';
import { sliderMove } from '../dom/sliderKeys';
import { PictureElement } from '../dom/svg';
import { TableView } from '../dom/tableView';
import { exportPalette } from '../dom/theme';
import type { Intents } from './part';

export interface Pickable<Data> {
  picture(data: Data, size: Size, selected: number | null): Picture;
  /** The item at a position of the picture. */
  at(data: Data, size: Size, x: number, y: number): number | null;
  words(data: Data, item: number): string;
  /** The runs behind the items. */
  runs(data: Data): readonly Pick<ComparedRun, 'run'>[];
  /** Items in the order in which the keyboard walks. */
  order(data: Data): readonly number[];
  /** The same as words and numbers. */
  table(data: Data): Table;
}

/** From so many runs on, what is greyed lies over each other and is drawn fainter. */
const CROWDED = 60;

export class PickView<Data> {
  readonly element: HTMLElement;
  private readonly picture: PictureElement;
  private readonly tooltip = element('div', {
    class: 'tooltip',
    test: 'tooltip',
    attributes: { 'aria-hidden': 'true' },
  });
  private readonly room: HTMLElement;
  private readonly table: TableView;
  private readonly asTable: Control;
  private isTable = false;
  private data: Data | null = null;
  private size: Size | null = null;
  /** Id of the run that is picked: its item may be another with the next measure. */
  private picked: string | null = null;

  constructor(
    { title, test, kind }: { title: string; test: string; kind: string },
    private readonly pickable: Pickable<Data>,
    private readonly intents: Intents,
    private readonly open: (run: string) => void,
  ) {
    this.picture = new PictureElement(kind);
    this.room = element('div', { class: 'pick-room' }, this.picture.element, this.tooltip);
    this.table = new TableView(`${test}-table`);
    setHidden(this.table.element, true);
    this.asTable = iconButton(`${title} as table`, 'table', `${test}-as-table`, () => this.toggleTable());
    const copy = iconButton(`Copy ${title.toLowerCase()} as CSV`, 'copy', `${test}-copy`, () => {
      if (this.data !== null) intents.copyTable(this.pickable.table(this.data));
    });
    const save = iconButton(`Save ${title.toLowerCase()} as SVG`, 'save', `${test}-save`, () => this.save(test));
    this.element = element(
      'section',
      { class: 'pick', test, attributes: { 'aria-label': title } },
      element(
        'div',
        { class: 'chart-head' },
        element('h3', { text: title }),
        element('span', { class: 'actions' }, this.asTable.element, save.element, copy.element),
      ),
      this.room,
      this.table.element,
    );
    setHidden(this.tooltip, true);
    onResize(this.room, (size) => {
      this.size = size;
      this.draw();
    });
    this.listen();
  }

  update(data: Data): void {
    this.data = data;
    if (this.selected === null) {
      this.picked = null;
      setHidden(this.tooltip, true);
    }
    this.draw();
  }

  private get selected(): number | null {
    return this.data === null ? null : itemOf(this.pickable.runs(this.data), this.picked);
  }

  private openItem(data: Data, item: number): void {
    this.open(this.pickable.runs(data)[item]!.run);
  }

  private draw(): void {
    const { data, size, selected, pickable } = this;
    if (data !== null && this.isTable) this.table.update(pickable.table(data));
    if (data === null || size === null || this.isTable) return;
    this.picture.draw(pickable.picture(data, size, selected));
    const order = pickable.order(data);
    this.picture.element.classList.toggle('crowded', order.length > CROWDED);
    const place = selected === null ? 0 : order.indexOf(selected);
    const first = order[place];
    const words = first === undefined ? 'nothing measured yet' : `${pickable.words(data, first)}. Enter opens it.`;
    this.picture.setValue(place, Math.max(0, order.length - 1), words);
  }

  private select(item: number | null, near: { x: number; y: number }): void {
    if (item !== this.selected) {
      this.picked = item === null || this.data === null ? null : this.pickable.runs(this.data)[item]!.run;
      this.draw();
    }
    setHidden(this.tooltip, item === null);
    if (item === null || this.data === null || this.size === null) return;
    setText(this.tooltip, this.pickable.words(this.data, item));
    // Beside the point, on the side with more room. Through the CSSOM: the policy refuses style attributes.
    const { style } = this.tooltip;
    const isRight = near.x > this.size.width / 2;
    style.left = isRight ? '' : `${near.x + 14}px`;
    style.right = isRight ? `${this.size.width - near.x + 14}px` : '';
    style.top = `${Math.max(0, near.y - 12)}px`;
  }

  private listen(): void {
    const svg = this.picture.element;
    const under = (event: MouseEvent) => {
      const { left, top } = svg.getBoundingClientRect();
      const [x, y] = [event.clientX - left, event.clientY - top];
      const item = this.data && this.size ? this.pickable.at(this.data, this.size, x, y) : null;
      svg.classList.toggle('over-item', item !== null);
      return { item, x, y };
    };
    svg.addEventListener('pointermove', (event) => {
      const { item, x, y } = under(event);
      this.select(item, { x, y });
    });
    svg.addEventListener('pointerleave', () => this.select(null, { x: 0, y: 0 }));
    svg.addEventListener('blur', () => this.select(null, { x: 0, y: 0 }));
    svg.addEventListener('click', (event) => {
      const { item } = under(event);
      if (item !== null && this.data !== null) this.openItem(this.data, item);
    });
    svg.addEventListener('keydown', (event) => this.press(event));
  }

  private press(event: KeyboardEvent): void {
    const { data, selected } = this;
    if (data === null) return;
    const order = this.pickable.order(data);
    if (event.key === 'Escape') this.select(null, { x: 0, y: 0 });
    if (event.key === 'Enter' && order.length > 0) this.openItem(data, selected ?? order[0]!);
    const move = sliderMove(event.key);
    if (move === undefined || order.length === 0) return;
    event.preventDefault();
    const from = selected === null ? (move > 0 ? -1 : order.length) : order.indexOf(selected);
    const next = order[Math.max(0, Math.min(order.length - 1, from + move))]!;
    // The words stand below the picture: the eye follows the mark.
    this.select(next, { x: 0, y: (this.size?.height ?? 0) + 14 });
  }

  private toggleTable(): void {
    this.isTable = !this.isTable;
    setHidden(this.room, this.isTable);
    setHidden(this.table.element, !this.isTable);
    setAttribute(this.asTable.element, 'aria-pressed', String(this.isTable));
    this.draw();
  }

  private save(name: string): void {
    if (this.data === null) return;
    const picture = this.pickable.picture(this.data, this.size ?? { width: 800, height: 320 }, null);
    this.intents.send({ type: 'save', name: `${name}.svg`, content: svgText(picture, exportPalette()) });
  }
}
