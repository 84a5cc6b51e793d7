/** Keys of a sweep: fields of the variants that stand in the file. Those of `training` and `network` the JSON Schema gives. */
import type { CompletionItem } from 'vscode-languageserver';
import { nodeAt, parseJsonText } from '../../experiment/jsonText';
import { outlineExperiment } from '../../experiment/outline';
import { variantKeys } from '../../experiment/sweep/targets';
import { COMPLETION } from '../protocolNumbers';
import { sortText } from './columns';
import { type CompletionPlace, named } from './replacement';

export function sweepItems(text: string, place: CompletionPlace): CompletionItem[] {
  const current = place.cursor.path.at(-1);
  const taken = keysOf(text);
  const variants = outlineExperiment(text).variants.map(
    ({ name, method }) => [name, { method: method ?? '' }] as const,
  );
  const open = variantKeys(Object.fromEntries(variants)).filter((key) => key === current || !taken.has(key));
  return open.map((key, index): CompletionItem => {
    // Before the fields that all variants share.
    return { kind: COMPLETION.field, sortText: sortText(0, index), ...named(key, VALUES_TO_FILL_IN, place) };
  });
}

const VALUES_TO_FILL_IN = `[${'$'}{1:}]`;

/** What the sweep names already. */
function keysOf(text: string): ReadonlySet<string> {
  const root = parseJsonText(text);
  const sweep = root === undefined ? undefined : nodeAt(root, ['sweep']);
  const properties = sweep?.type === 'object' ? sweep.children! : [];
  return new Set(properties.map(({ children }) => String(children![0]!.value)));
}
