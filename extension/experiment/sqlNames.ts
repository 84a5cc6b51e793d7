/** Names and values as SQL text (DuckDB's), and nothing else of SQL. */
import { KEYWORDS } from './sqlKeywords';

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Always quoted, for the SQL that runs. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quoted only where it must be, for the SQL that a person is offered. */
export function readableIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !KEYWORDS.has(name.toLowerCase()) ? name : identifier(name);
}
