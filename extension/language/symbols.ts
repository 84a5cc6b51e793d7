/** The outline of an experiment file: its sections with what they say in a word, and its variants with their methods. */
import type { Node } from 'jsonc-parser';
import type { DocumentSymbol } from 'vscode-languageserver';
import { nodeAt, parseJsonText } from '../experiment/jsonText';
import { type Positions, positionsOf } from '../experiment/positions';
import { SYMBOL } from './protocolNumbers';

export function symbolsOf(text: string): DocumentSymbol[] {
  const root = parseJsonText(text);
  if (root?.type !== 'object') return [];
  const positions = positionsOf(text);
  return propertiesOf(root).flatMap(({ name, property }): DocumentSymbol[] => {
    const detailOf = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
    if (detailOf === undefined) return [];
    const value = property.children![1];
    const symbol = symbolOf(name, property, positions);
    const children = name === 'variants' && value !== undefined ? variantsOf(value, positions) : [];
    return [{ ...symbol, kind: SYMBOL.section, detail: value === undefined ? '' : detailOf(value), children }];
  });
}

/** Sections with what is said beside them. */
const SECTIONS: Readonly<Record<string, (section: Node) => string>> = {
  data: (section) => textOf(valueAt(section, 'source')),
  network: (section) =>
    [textOf(valueAt(section, 'hidden')), textOf(valueAt(section, 'activation'))].filter(Boolean).join(' '),
  constraint: (section) =>
    ['min', 'max']
      .flatMap((side) => (valueAt(section, side) === undefined ? [] : [`${side} ${textOf(valueAt(section, side))}`]))
      .join(', '),
  training: (section) =>
    valueAt(section, 'epochs') === undefined ? '' : `${textOf(valueAt(section, 'epochs'))} epochs`,
  variants: (section) => (section.type === 'object' ? String(propertiesOf(section).length) : ''),
};

function variantsOf(variants: Node, positions: Positions): DocumentSymbol[] {
  if (variants.type !== 'object') return [];
  return propertiesOf(variants).map(({ name, property }) => {
    const value = property.children![1];
    const detail = value === undefined ? '' : textOf(valueAt(value, 'method'));
    return { ...symbolOf(name, property, positions), kind: SYMBOL.variant, detail };
  });
}

/** An editor refuses a symbol without a name. */
function symbolOf(
  name: string,
  property: Node,
  positions: Positions,
): Pick<DocumentSymbol, 'name' | 'range' | 'selectionRange'> {
  const key = property.children![0]!;
  return {
    name: name.trim() === '' ? '(no name)' : name,
    range: positions.rangeOf(property.offset, property.length),
    selectionRange: positions.rangeOf(key.offset, key.length),
  };
}

function propertiesOf(node: Node): { name: string; property: Node }[] {
  return (node.children ?? []).flatMap((property) => {
    const name: unknown = property.children?.[0]?.value;
    return typeof name === 'string' ? [{ name, property }] : [];
  });
}

function valueAt(node: Node, name: string): Node | undefined {
  return node.type === 'object' ? nodeAt(node, [name]) : undefined;
}

/** Numbers and texts as they are, lists of them with commas. */
function textOf(node: Node | undefined): string {
  if (node?.type === 'array') return (node.children ?? []).map(textOf).join(', ');
  return node === undefined || node.type === 'object' || node.value === null ? '' : String(node.value);
}
