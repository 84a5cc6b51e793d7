/** The measures of runs as comma-separated values. What was not measured is empty. */
import type { Exported } from './exported';
import { measureTable } from './measures';

/** @throws Error with a message for a person when there is no run, or none that measured anything. */
export async function exportCsv(folders: readonly string[]): Promise<Exported> {
  const table = await measureTable(folders);
  const lines = [table.columns.map(({ name }) => cell(name)).join(',')];
  for await (const row of table.rows()) lines.push(row.map(cell).join(','));
  return { content: `${lines.join('\n')}\n`, note: table.note() };
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
