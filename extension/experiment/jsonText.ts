/**
 * JSON with comments as a tree of nodes, and the way to a node. Never throws and never runs out of stack, whatever the
 * text: one that is nested deeper than any experiment has no tree.
 */
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { JsonPath } from '../protocol/problems';

/** An experiment has four levels. The parser calls itself at each, and some ten thousand end its stack. */
export const MOST_LEVELS = 100;

/** `undefined` where the text has no value, or too deep a one; `errors` are added to. A byte order mark is a space. */
export function parseJsonText(text: string, errors: ParseError[] = []): Node | undefined {
  if (tooDeepAt(text) !== null) return undefined;
  return parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true, disallowComments: false });
}

/** Offset of the first bracket or brace that opens one level too many; `null` where none does. */
export function tooDeepAt(text: string): number | null {
  // Nearly every text has fewer brackets than that, and need not be cut into tokens.
  if ((text.match(/[[{]/g)?.length ?? 0) <= MOST_LEVELS) return null;
  const scanner = createScanner(text, true);
  let level = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= text.length) return null;
    // A string begins with its quote, whatever it holds.
    if ('[{'.includes(text[offset]!)) level++;
    if (']}'.includes(text[offset]!)) level--;
    if (level > MOST_LEVELS) return offset;
  }
}

/** The node of the value at a path. Of a field that stands several times it is the last, whose value JSON takes. */
export function nodeAt(root: Node, path: JsonPath): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => {
    if (node?.type === 'array' && typeof key === 'number') return node.children![key];
    if (node?.type !== 'object' || typeof key !== 'string') return undefined;
    return fieldsOf(node).get(key);
  }, root);
}

/** Kept with the tree, so that thousands of problems in one object are placed in no time. */
const knownFields = new WeakMap<Node, ReadonlyMap<string, Node | undefined>>();

/** The value of each field, the last where a name repeats; none where it isn't typed yet. */
function fieldsOf(object: Node): ReadonlyMap<string, Node | undefined> {
  const known = knownFields.get(object);
  if (known !== undefined) return known;
  const fields = new Map(object.children!.map(({ children }) => [children![0]!.value as string, children![1]]));
  knownFields.set(object, fields);
  return fields;
}

/** Paths of fields that stand more than once in their object, each with the names that repeat, in the text's order. */
export function repeatedFields(node: Node, path: JsonPath = []): { path: JsonPath; key: Node }[] {
  const children = node.children ?? [];
  if (node.type === 'array') return children.flatMap((child, index) => repeatedFields(child, [...path, index]));
  if (node.type !== 'object') return [];
  const names = new Set<string>();
  const own: { path: JsonPath; key: Node }[] = [];
  const nested: { path: JsonPath; key: Node }[] = [];
  for (const { children: [key, value] = [] } of children) {
    const place = [...path, key!.value as string];
    if (names.has(key!.value)) own.push({ path: place, key: key! });
    names.add(key!.value);
    if (value !== undefined) nested.push(...repeatedFields(value, place));
  }
  return [...own, ...nested];
}
