/**
 * Edits of an experiment's structure made in its text, with all else left as a person wrote it: comments, order,
 * indentation, line ends, trailing commas. What is replaced or removed takes the comments inside it along. Knows no
 * schema and no method, so that the extension host stays light.
 */
import { applyEdits, type Edit, getNodeValue, type Node, type ParseError } from 'jsonc-parser';
import type { FieldEdit } from '../protocol/diagnosis';
import type { ExperimentEdit, JsonPath, JsonValue } from '../protocol/problems';
import { nodeAt, parseJsonText } from './jsonText';
import { insertion, linesAt, removal, writeValue } from './layout';
import { offsetsInString } from './stringText';

/** Raised when an edit has no place in the text: it is no JSON, or what should hold the field isn't there. */
export class NoPlaceError extends Error {
  override readonly name = 'NoPlaceError';
}

/** Made one after the other, each in the text that the one before left. @throws NoPlaceError */
export function editExperiment(text: string, edits: readonly ExperimentEdit[]): string {
  return edits.reduce((edited, edit) => applyEdits(edited, textEdits(edited, edit)), text);
}

/**
 * The same of edits none of which touches what another does: the text is parsed once for all where they lie apart.
 * `null` where one of them changes nothing.
 * @throws NoPlaceError
 */
export function editApart(text: string, edits: readonly ExperimentEdit[]): string | null {
  const root = parseText(text);
  const changes = edits.map((edit) => textEdits(text, edit, root));
  if (changes.some((each) => each.length === 0)) return null;
  const inOrder = changes.flat().toSorted((a, b) => a.offset - b.offset);
  // Two fields put behind the same last one need a comma between them, which only the second can know of.
  const lieApart = inOrder.every(({ offset }, at) => at === 0 || offset > endOf(inOrder[at - 1]!));
  return lieApart ? applyEdits(text, inOrder) : editExperiment(text, edits);
}

function endOf({ offset, length }: Edit): number {
  return offset + length;
}

/** The failure doctor's edits, as they are recorded in run folders. @throws NoPlaceError */
export function editFields(text: string, edits: readonly FieldEdit[]): string {
  return editExperiment(
    text,
    edits.map(({ path, value }) => (value === null ? { kind: 'remove', path } : { kind: 'set', path, value })),
  );
}

/** @throws NoPlaceError when the text is no JSON with comments. */
export function parseText(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseJsonText(text, errors);
  if (root === undefined || errors.length > 0) throw new NoPlaceError('The text is not valid JSON with comments.');
  return root;
}

function textEdits(text: string, edit: ExperimentEdit, root = parseText(text)): Edit[] {
  switch (edit.kind) {
    case 'set':
      return setting(text, root, edit.path, edit.value);
    case 'remove': {
      const entry = entryAt(root, edit.path);
      return entry === undefined ? [] : removal(text, entry);
    }
    case 'rename':
      return renaming(root, edit.path, edit.name);
    case 'replaceText':
      return replacement(text, root, edit);
  }
}

function setting(text: string, root: Node, path: JsonPath, value: JsonValue): Edit[] {
  const node = find(root, path);
  if (node !== undefined) {
    // Another way to write the same value stays.
    if (isSame(getNodeValue(node), value)) return [];
    const content = writeValue(value, linesAt(text, node.parent?.type === 'property' ? node.parent : node));
    return [{ offset: node.offset, length: node.length, content }];
  }
  const holder = find(root, path.slice(0, -1));
  const key = path.at(-1)!;
  if (holder?.type === 'object' && typeof key === 'string') return insertion(text, holder, key, value);
  if (holder?.type === 'array' && key === holder.children!.length) return insertion(text, holder, null, value);
  // A section may be left out whole. What is deeper has a name that a person gave, and went with it.
  if (holder === undefined && path.length === 2 && typeof key === 'string' && root.type === 'object') {
    return insertion(text, root, String(path[0]), { [key]: value });
  }
  throw new NoPlaceError(`There is no "${path.slice(0, -1).join('.')}" that could hold "${key}".`);
}

function renaming(root: Node, path: JsonPath, name: string): Edit[] {
  const property = entryAt(root, path);
  if (property?.type !== 'property') throw new NoPlaceError(`There is no field "${path.join('.')}".`);
  if (find(property.parent!, [name]) !== undefined) {
    throw new NoPlaceError(`There is a "${name}" already beside "${path.join('.')}".`);
  }
  const { offset, length } = property.children![0]!;
  return [{ offset, length, content: JSON.stringify(name) }];
}

function replacement(
  text: string,
  root: Node,
  { path, offset, length, text: inserted }: Extract<ExperimentEdit, { kind: 'replaceText' }>,
): Edit[] {
  const node = find(root, path);
  const offsets = node?.type === 'string' ? offsetsInString(text, node) : [];
  const [start, end] = [offsets[offset], offsets[offset + length]];
  if (start === undefined || end === undefined) throw new NoPlaceError(`There is no such text in "${path.join('.')}".`);
  return [{ offset: start, length: end - start, content: JSON.stringify(inserted).slice(1, -1) }];
}

/** The whole of it: a field with its name, or an entry of a list. */
function entryAt(root: Node, path: JsonPath): Node | undefined {
  const node = find(root, path);
  return node?.parent?.type === 'property' ? node.parent : node?.parent && node;
}

function find(root: Node, path: JsonPath): Node | undefined {
  return nodeAt(root, path);
}

function isSame(a: unknown, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
