/** A table as plain data: what stands behind every chart, on the screen and as CSV. No DOM. */

export interface Column {
  label: string;
  /** Shown on hover; says what the figures mean. */
  description?: string;
  /** Aligned right. */
  numeric?: boolean;
}

export interface Cell {
  text: string;
  /** What goes into the CSV: the full number rather than its four digits. The text when absent. */
  value?: number | string | null;
  /** Heads its row. */
  head?: boolean;
  /** Draws the swatch of this run before the text. */
  swatch?: number;
  /** `good` and `bad` are coloured; the words say the same. */
  tone?: 'good' | 'bad';
  title?: string;
  /** The text opens what this names: a run by its id, a row by its number. */
  opens?: string;
  /** A box to tick, in place of the text: whether this run is shown with histograms and curves. */
  toggles?: { run: string; isOn: boolean };
}

export interface Table {
  caption: string;
  columns: Column[];
  rows: Cell[][];
}

/** RFC 4180, with a header line; numbers in full, nothing typeset. */
export function csvOf(table: Table): string {
  const lines = [
    table.columns.map((column) => column.label),
    ...table.rows.map((row) => row.map((cell) => (cell.value === undefined ? cell.text : String(cell.value ?? '')))),
  ];
  return `${lines.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
