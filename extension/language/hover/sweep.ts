/**
 * Over a key of a sweep: what the field of the variant is for, and the values that a range comes to. Fields that all
 * variants share are explained by the JSON Schema.
 */
import type { Hover, Position } from 'vscode-languageserver';
import { parseExperiment } from '../../experiment/parse';
import { positionsOf } from '../../experiment/positions';
import { descriptionAt, isWholeNumber } from '../../experiment/schemaAt';
import { targetOf } from '../../experiment/sweep/targets';
import { spacedValues } from '../../experiment/sweep/values';
import { escapeMarkdown } from '../../methods/describe';
import { hasErrors } from '../../protocol/problems';
import { cursorAt } from '../cursor';

/** More would not be read. */
const MOST_VALUES = 20;

export function sweepHoverAt(text: string, position: Position): Hover | null {
  const positions = positionsOf(text);
  const cursor = cursorAt(text, positions.offsetAt(position));
  const [section, key, ...deeper] = cursor?.path ?? [];
  if (cursor?.at !== 'key' || section !== 'sweep' || typeof key !== 'string' || deeper.length > 0) return null;
  const value = sweepMarkdown(text, key);
  if (value === null) return null;
  return { contents: { kind: 'markdown', value }, range: positions.rangeOf(cursor.offset, cursor.length) };
}

/** `null` where there is nothing to say that the schema doesn't. */
function sweepMarkdown(text: string, key: string): string | null {
  const { experiment, problems } = parseExperiment(text);
  const target = experiment && targetOf(experiment, key);
  if (experiment === null || target === null) return null;
  const description = target.variant === null ? undefined : descriptionAt(target.path, experiment);
  const parts = description === undefined ? [] : [escapeMarkdown(description)];
  const values = experiment.sweep?.[key];
  const isRange = typeof values === 'object' && 'from' in values && values.count !== undefined;
  if (isRange && !hasErrors(problems)) {
    const all = spacedValues(values, isWholeNumber(target.path, experiment));
    const more = all.length > MOST_VALUES ? ` and ${all.length - MOST_VALUES} more` : '';
    parts.push(`Values: ${all.slice(0, MOST_VALUES).join(', ')}${more}.`);
  }
  return parts.length === 0 ? null : parts.join('\n\n');
}
