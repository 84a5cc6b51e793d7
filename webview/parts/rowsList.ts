/** A list of rows behind a picture, shown at a wish; each opens in the data file. */
import { worstRowsTable } from '../../extension/pictures/tables/rowsTable';
import type { Table } from '../../extension/pictures/tables/table';
import type { Split } from '../../extension/pictures/words';
import type { RowOutput, RowsEvent } from '../../extension/protocol/rows';
import { iconButton } from '../dom/controls';
import { element, setHidden, setText } from '../dom/element';
import { TableView } from '../dom/tableView';
import type { Intents } from './part';

export class RowsList {
  readonly element: HTMLElement;
  private readonly view: TableView;
  private readonly none = element('p', { class: 'waiting' });
  private table: Table | null = null;
  private rows: readonly RowOutput[] = [];

  constructor(
    private readonly run: string,
    private readonly target: string,
    test: string,
    private readonly intents: Intents,
  ) {
    this.view = new TableView(`${test}-table`, { open: (row) => this.open(Number(row)) });
    const copy = iconButton('Copy rows as CSV', 'copy', `${test}-copy`, () => {
      if (this.table !== null) intents.copyTable(this.table);
    });
    this.element = element('div', { class: 'rows-list', test }, copy.element, this.view.element, this.none);
  }

  update(table: Table, rows: readonly RowOutput[]): void {
    this.table = table;
    this.rows = rows;
    setHidden(this.none, true);
    setHidden(this.view.element, false);
    this.view.update(table);
    this.element.dataset.rows = String(rows.length);
  }

  updateWorst(event: RowsEvent | null, split: Split): void {
    if (event !== null) {
      this.update(worstRowsTable(event, this.target, split), event.targets[this.target]?.[split] ?? []);
      return;
    }
    setHidden(this.view.element, true);
    setHidden(this.none, false);
    setText(this.none, 'Rows are recorded after some seconds of training and at its end; there are none yet.');
  }

  private open(number: number): void {
    const row = this.rows.find((each) => each.row === number);
    if (row === undefined) return;
    this.intents.send({ type: 'openRow', run: this.run, target: this.target, row: number, value: row.target });
  }
}
