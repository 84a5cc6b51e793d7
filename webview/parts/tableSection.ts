/** A titled table with its CSV actions. */

import type { Model } from '../../extension/pictures/model';
import type { Table } from '../../extension/pictures/tables/table';
import { iconButton } from '../dom/controls';
import { element } from '../dom/element';
import { type TableActions, TableView } from '../dom/tableView';
import type { Intents, Part } from './part';

export class TableSection implements Part {
  readonly element: HTMLElement;
  private readonly view: TableView;
  private table: Table | null = null;

  constructor(
    title: string,
    test: string,
    private readonly tableOf: (model: Model) => Table,
    intents: Intents,
    actions: TableActions = {},
  ) {
    this.view = new TableView(`${test}-table`, actions);
    const whenThere = (act: (table: Table) => void) => () => {
      if (this.table !== null) act(this.table);
    };
    const copy = iconButton(`Copy ${title.toLowerCase()} as CSV`, 'copy', `${test}-copy`, whenThere(intents.copyTable));
    const save = iconButton(
      `Save ${title.toLowerCase()} as CSV`,
      'save',
      `${test}-save`,
      whenThere((table) => intents.saveTable(`${test}.csv`, table)),
    );
    this.element = element(
      'section',
      { class: 'block', test, attributes: { 'aria-label': title } },
      element(
        'div',
        { class: 'block-head' },
        element('h2', { text: title }),
        element('span', { class: 'actions' }, copy.element, save.element),
      ),
      this.view.element,
    );
  }

  update(model: Model): void {
    this.show(this.tableOf(model));
  }

  /** What `update` would show, of someone who has it already. */
  show(table: Table): void {
    this.table = table;
    this.view.update(table);
  }
}
