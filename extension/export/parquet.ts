/** The measures of runs as a Parquet file, whose columns have types and which databases and data frames read as it is. */
import { encodeParquet } from '../data/parquet';
import type { Exported } from './exported';
import { measureTable } from './measures';

/** @throws Error with a message for a person when there is no run, or none that measured anything. */
export async function exportParquet(folders: readonly string[]): Promise<Exported> {
  const table = await measureTable(folders);
  const content = await encodeParquet(table.columns, table.rows());
  return { content, note: table.note() };
}
