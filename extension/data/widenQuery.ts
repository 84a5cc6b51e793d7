/**
 * A query that gives what another one gives, with a column more or other, or with rows left out: for fixes, which a person
 * goes on reading. A plain `SELECT * FROM …` is added to in place; what is not so plain is put in parentheses whole.
 */
import { readableIdentifier } from '../experiment/sqlNames';
import { sqlTokens, withoutEnding } from './sql';

export interface Widening {
  /** Column whose values become those of an expression of it. */
  replace?: { readonly name: string; readonly sql: string };
  /** Columns made of `from`, each with its name. */
  add?: { readonly from: string; readonly columns: readonly { readonly sql: string; readonly name: string }[] };
  /** Condition on one column, as it is before `replace`; rows for which it isn't true go. */
  keep?: { readonly name: string; readonly condition: string };
}

/** `query` as in `data.query`: none is all of the data. */
export function widenQuery(query: string | undefined, widening: Widening): string {
  const inner = query === undefined ? undefined : withoutEnding(query);
  const plain = parsePlain(inner ?? 'SELECT * FROM source');
  if (plain !== null && canTake(plain, widening)) return print(plain, widening);
  return print({ replaced: null, added: null, from: `(${inner})`, where: null, hasAlternatives: false }, widening);
}

/** `SELECT * REPLACE (replaced), added FROM from WHERE where`, with the text of each part. */
interface PlainSelect {
  readonly replaced: string | null;
  readonly added: string | null;
  readonly from: string;
  readonly where: string | null;
  /** The condition has an OR, which an AND behind it would cut in two. */
  readonly hasAlternatives: boolean;
}

/** Words with which a SELECT goes on behind its tables or conditions, or is no plain one. */
const GOING_ON =
  /^(select|group|order|limit|offset|having|union|intersect|except|qualify|window|using|tablesample|fetch|sample)$/i;

/** `null` for all that is not of that form. */
function parsePlain(query: string): PlainSelect | null {
  const tokens = [...sqlTokens(query)];
  const { word, closing } = reader(tokens);
  let next = 0;
  const take = (expected: string): boolean => word(next) === expected && ++next > 0;
  const between = (from: number, to: number): string =>
    from >= to ? '' : query.slice(tokens[from]!.index, tokens[to - 1]!.index + tokens[to - 1]!.text.length);

  if (!take('select') || !take('*')) return null;
  let replaced: string | null = null;
  if (take('replace')) {
    const end = closing(next);
    if (word(next) !== '(' || end === null) return null;
    replaced = between(next + 1, end);
    next = end + 1;
  }
  const list = next;
  while (next < tokens.length && word(next) !== 'from') {
    const end = word(next) === '(' ? closing(next) : next;
    if (end === null) return null;
    next = end + 1;
  }
  const listText = between(list, next);
  if (listText !== '' && !listText.startsWith(',')) return null;
  if (!take('from')) return null;
  const table = next;
  if (word(next) === '(') {
    const end = closing(next);
    if (end === null) return null;
    next = end + 1;
  } else if (!take('source')) return null;
  const from = between(table, next);
  const added = listText === '' ? null : listText.slice(1).trim();
  if (next === tokens.length) return { replaced, added, from, where: null, hasAlternatives: false };
  if (!take('where')) return null;
  const start = next;
  let hasAlternatives = false;
  while (next < tokens.length) {
    if (GOING_ON.test(word(next))) return null;
    if (word(next) === 'or') hasAlternatives = true;
    const end = word(next) === '(' ? closing(next) : next;
    if (end === null) return null;
    next = end + 1;
  }
  return { replaced, added, from, where: between(start, next), hasAlternatives };
}

function reader(tokens: readonly { text: string }[]): {
  /** In lower case; empty behind the last. */
  word(at: number): string;
  /** Where the parenthesis that opens at a token closes; `null` where it never does. */
  closing(open: number): number | null;
} {
  const word = (at: number): string => tokens[at]?.text.toLowerCase() ?? '';
  const closing = (open: number): number | null => {
    let depth = 0;
    for (let at = open; at < tokens.length; at++) {
      if (word(at) === '(') depth++;
      if (word(at) === ')' && --depth === 0) return at;
    }
    return null;
  };
  return { word, closing };
}

/** Not where the column meant is made by the SELECT itself, nor where fewer rows would change what a window sees. */
function canTake({ replaced, added }: PlainSelect, { replace, add, keep }: Widening): boolean {
  const meant = [replace?.name, add?.from, keep?.name].filter((name) => name !== undefined);
  const lists = [replaced, added].filter((list) => list !== null);
  const made = new Set(lists.flatMap(namesMade));
  const hasWindow = lists.some((list) => [...sqlTokens(list)].some(({ text }) => text.toLowerCase() === 'over'));
  return !meant.some((name) => made.has(name.toLowerCase())) && !(keep !== undefined && hasWindow);
}

/** What the expressions of a list are called, which stands at their ends; in lower case, as names are one to DuckDB. */
function namesMade(list: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let last = '';
  for (const { text } of sqlTokens(list)) {
    if (text === ',' && depth === 0) names.push(last);
    if (text === '(') depth++;
    if (text === ')') depth--;
    last = unquoted(text).toLowerCase();
  }
  return [...names, last];
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function print(plain: PlainSelect, { replace, add, keep }: Widening): string {
  const replacements = [
    ...(plain.replaced === null ? [] : [plain.replaced]),
    ...(replace === undefined ? [] : [`${replace.sql} AS ${readableIdentifier(replace.name)}`]),
  ];
  const columns = [
    ...(plain.added === null ? [] : [plain.added]),
    ...(add?.columns ?? []).map(({ sql, name }) => `${sql} AS ${readableIdentifier(name)}`),
  ];
  const star = replacements.length === 0 ? '*' : `* REPLACE (${replacements.join(', ')})`;
  const old = plain.where === null ? [] : [plain.hasAlternatives ? `(${plain.where})` : plain.where];
  const conditions = [...old, ...(keep === undefined ? [] : [keep.condition])];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${[star, ...columns].join(', ')} FROM ${plain.from}${where}`;
}
