/**
 * The variants of an experiment file and where they stand, read without judging the file: for lenses and trees, which
 * have to work on a file that is half typed. Knows no schema and no method, so that the extension host stays light.
 */
import type { Node } from 'jsonc-parser';
import type { Range } from '../protocol/problems';
import { nodeAt, parseJsonText } from './jsonText';
import { positionsOf } from './positions';

export interface VariantOutline {
  name: string;
  /** As written, known or not; `null` where there is none yet. */
  method: string | null;
  /** The whole property, name and value. */
  range: Range;
  nameRange: Range;
}

export interface ExperimentOutline {
  /** The word `"variants"`. */
  variantsRange: Range | null;
  variants: VariantOutline[];
}

/** The word `"sweep"`; `null` where there is none. */
export function sweepRange(text: string): Range | null {
  const root = parseJsonText(text);
  const sweep = root === undefined ? undefined : nodeAt(root, ['sweep']);
  if (sweep === undefined) return null;
  const key = sweep.parent!.children![0]!;
  return positionsOf(text).rangeOf(key.offset, key.length);
}

export function outlineExperiment(text: string): ExperimentOutline {
  const root = parseJsonText(text);
  const variants = root === undefined ? undefined : nodeAt(root, ['variants']);
  if (variants === undefined) return { variantsRange: null, variants: [] };
  const { rangeOf } = positionsOf(text);
  const range = (node: Node): Range => rangeOf(node.offset, node.length);
  return {
    variantsRange: range(variants.parent!.children![0]!),
    variants: (variants.type === 'object' ? variants.children! : []).flatMap((property) => {
      const [name, value] = property.children ?? [];
      if (name === undefined || value === undefined) return [];
      const method = nodeAt(value, ['method']);
      return [
        {
          name: name.value as string,
          method: method?.type === 'string' ? (method.value as string) : null,
          range: range(property),
          nameRange: range(name),
        },
      ];
    }),
  };
}
