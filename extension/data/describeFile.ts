/** The columns of one data file, for the proposal of an experiment over it. */
import path from 'node:path';
import type { ColumnProfile } from '../protocol/columns';
import { columnProfiles } from './columnProfile';
import { type AskedSession, DataSession } from './dataSession';
import { describeFailure } from './errors';

export type DescribedFile = { readonly columns: ColumnProfile[]; readonly rows: number } | { readonly problem: string };

/** `file` is absolute. Never throws for what is the file's fault: that is the problem then, in words. */
export async function describeFile(file: string): Promise<DescribedFile> {
  const place = { directory: path.dirname(file), hasQuery: false };
  try {
    const session = await DataSession.open(path.basename(file), place);
    return await session.ask((asked) => describe(asked, file)).finally(() => session.close());
  } catch (error) {
    return { problem: describeFailure(error).message };
  }
}

async function describe(session: AskedSession, file: string): Promise<DescribedFile> {
  const { problems } = await session.refresh();
  if (problems.length > 0) return { problem: problems[0]!.message };
  const table = (await session.table(undefined))!;
  const columns = await columnProfiles(session.database, table.relation, table.types);
  const rows = columns[0]?.values.rows ?? 0;
  if (rows > 0) return { columns, rows };
  return { problem: `"${path.basename(file)}" has a header and no rows. Add rows below it.` };
}
