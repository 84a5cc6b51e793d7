/** Draws a `Table` as a real `<table>` with headers, changing only the cells that differ. */
import type { Cell, Column, Table } from '../../extension/pictures/tables/table';
import { element, setAttribute, setText } from './element';
import { runSwatch } from './swatch';

export class TableView {
  /** Scrolls sideways by itself when the table is wider than its room; focusable so that the keyboard can scroll it. */
  readonly element = element('div', { class: 'table-frame', attributes: { tabindex: '0', role: 'region' } });
  private shape = '';
  private readonly caption = element('caption');
  private body = element('tbody');

  constructor(test: string) {
    this.element.dataset.test = test;
  }

  update(table: Table): void {
    const shape = JSON.stringify([table.columns, table.rows.map((row) => row.map((cell) => [cell.head, cell.swatch]))]);
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
      ...table.rows.map((row) => element('tr', {}, ...row.map((cell) => cellElement(cell)))),
    );
    this.element.replaceChildren(
      element('table', {}, this.caption, element('thead', {}, element('tr', {}, ...heads)), this.body),
    );
  }
}

function cellElement(cell: Cell): HTMLTableCellElement {
  const made = cell.head ? element('th', { attributes: { scope: 'row' } }) : element('td');
  if (cell.swatch !== undefined) made.append(runSwatch(cell.swatch));
  made.append(element('span'));
  return made;
}

function updateCell(node: HTMLTableCellElement, cell: Cell, column: Column): void {
  setText(node.lastElementChild!, cell.text);
  setAttribute(node, 'class', [column.numeric ? 'numeric' : '', cell.tone ?? ''].join(' ').trim() || null);
  setAttribute(node, 'title', cell.title ?? null);
}
