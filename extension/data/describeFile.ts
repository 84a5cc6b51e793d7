/** The columns of one data file, for the proposal of an experiment over it. */
import path from 'node:path';
import type { ColumnProfile } from '../protocol/columns';
import { columnProfiles } from './columnProfile';
import type { Database } from './database';
import { type AskedSession, DataSession, type Table } from './dataSession';
import { dateParts } from './dateParts';
import { decimalCommas } from './decimalCommas';
import { describeFailure } from './errors';
import { missingHeader } from './missingHeader';
import { readableIdentifier } from './sql';
import { unevenLists } from './unevenLists';

export type DescribedFile = { readonly columns: ColumnProfile[]; readonly rows: number } | { readonly problem: string };

/** `file` is absolute. Never throws for what is the file's fault: that is the problem then, in words. */
export async function describeFile(file: string): Promise<DescribedFile> {
  const place = { directory: path.dirname(file), hasQuery: false };
  try {
    const session = await DataSession.open(path.basename(file), place);
    return await session
      .ask((asked) => describe(asked, file), { isUrgent: true, signal: undefined })
      .finally(() => session.close());
  } catch (error) {
    return { problem: describeFailure(error).message };
  }
}

async function describe(session: AskedSession, file: string): Promise<DescribedFile> {
  const { source, problems } = await session.refresh();
  if (problems.length > 0) return { problem: problems[0]!.message };
  const header = source?.header ?? null;
  const problem = header === null ? null : missingHeader(file, header.columns);
  if (problem !== null) return { problem };
  const table = (await session.table(undefined))!;
  const columns = await describeColumns(session.database, table, header?.delimiter ?? null);
  const rows = columns[0]?.values.rows ?? 0;
  if (rows > 0) return { columns, rows };
  return { problem: `"${path.basename(file)}" has a header and no rows. Add rows below it.` };
}

/** Numbers with decimal commas are described as what they become in a query. */
async function describeColumns(
  database: Database,
  { relation, types }: Table,
  delimiter: string | null,
): Promise<ColumnProfile[]> {
  const made = await decimalCommas(database, relation, types, delimiter);
  const replaced = [...made].map(([name, sql]) => `${sql} AS ${readableIdentifier(name)}`);
  const numbers = made.size === 0 ? relation : `(SELECT * REPLACE (${replaced.join(', ')}) FROM ${relation})`;
  const asMade = types.map(({ name, type }) => ({ name, type: made.has(name) ? 'DOUBLE' : type }));
  const profiles = await columnProfiles(database, numbers, asMade);
  const parts = await dateParts(database, relation, types);
  const uneven = await unevenLists(database, relation, types);
  return profiles.map((profile) => {
    const { name } = profile;
    return {
      ...profile,
      ...(made.has(name) ? { madeBy: made.get(name)! } : {}),
      ...(parts.has(name) ? { dateParts: parts.get(name)! } : {}),
      ...(uneven.has(name) ? { uneven: uneven.get(name)! } : {}),
    };
  });
}
