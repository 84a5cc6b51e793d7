/** Draws a `Table` as a real `<table>` with headers, changing only the cells that differ. */
import type { Cell, Column, Table } from '../../extension/pictures/tables/table';
import { element, setAttribute, setText } from './element';
import { runSwatch } from './swatch';

/** What a person can do in a table whose cells say so. */
export interface TableActions {
  open?(name: string): void;
  toggle?(run: string, isOn: boolean): void;
}

export class TableView {
  /** Scrolls sideways by itself when the table is wider than its room; focusable so that the keyboard can scroll it. */
  readonly element = element('div', { class: 'table-frame', attributes: { tabindex: '0', role: 'region' } });
  private shape = '';
  private readonly caption = element('caption');
  private body = element('tbody');

  constructor(
    test: string,
    private readonly actions: TableActions = {},
  ) {
    this.element.dataset.test = test;
  }

  update(table: Table): void {
    const shape = JSON.stringify([
      table.columns,
      table.rows.map((row) => row.map((cell) => [cell.head, cell.swatch, cell.opens, cell.toggles?.run])),
    ]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(table);
    }
    setText(this.caption, table.caption);
    setAttribute(this.element, 'aria-label', table.caption);
    for (const [rowIndex, row] of table.rows.entries()) {
      const cells = this.body.rows[rowIndex]!.cells;
      for (const [index, cell] of row.entries()) updateCell(cells[index]!, cell, table.columns[index]!);
    }
  }

  private build(table: Table): void {
    const heads = table.columns.map((column) => {
      const head = element('th', { text: column.label, title: column.description, attributes: { scope: 'col' } });
      head.classList.toggle('numeric', column.numeric === true);
      return head;
    });
    this.body = element(
      'tbody',
      {},
      ...table.rows.map((row) => element('tr', {}, ...row.map((cell) => this.cell(cell)))),
    );
    this.element.replaceChildren(
      element('table', {}, this.caption, element('thead', {}, element('tr', {}, ...heads)), this.body),
    );
  }

  private cell(cell: Cell): HTMLTableCellElement {
    const made = cell.head ? element('th', { attributes: { scope: 'row' } }) : element('td');
    if (cell.swatch !== undefined) made.append(runSwatch(cell.swatch));
    const { open, toggle } = this.actions;
    if (cell.opens !== undefined && open !== undefined) {
      const name = cell.opens;
      const link = element('button', {
        class: 'cell-link',
        title: cell.title ?? `Open ${cell.text}`,
        attributes: { type: 'button' },
      });
      link.addEventListener('click', () => open(name));
      made.append(link);
    } else if (cell.toggles !== undefined && toggle !== undefined) {
      const { run } = cell.toggles;
      const box = element('input', { attributes: { type: 'checkbox', 'aria-label': cell.title ?? '' } });
      box.addEventListener('change', () => toggle(run, box.checked));
      made.append(box);
    } else made.append(element('span'));
    return made;
  }
}

function updateCell(node: HTMLTableCellElement, cell: Cell, column: Column): void {
  const content = node.lastElementChild!;
  if (content instanceof HTMLInputElement) content.checked = cell.toggles?.isOn === true;
  else setText(content, cell.text);
  setAttribute(node, 'class', [column.numeric ? 'numeric' : '', cell.tone ?? ''].join(' ').trim() || null);
  setAttribute(node, 'title', cell.title ?? null);
}
