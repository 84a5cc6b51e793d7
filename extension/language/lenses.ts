/**
 * Where lenses stand in an experiment file: above `variants`, above each variant and above `sweep`. What they say is the client's
 * business, which alone knows the runs.
 */
import { type ExperimentOutline, outlineExperiment, sweepRange } from '../experiment/outline';
import type { Experiment } from '../experiment/schema';
import { sweepSize } from '../experiment/sweep/expand';
import type { LensSubject } from '../protocol/languageMessages';
import type { Position, Range } from '../protocol/problems';

export interface LensPlace {
  range: Range;
  subject: LensSubject;
}

export function lensPlaces(outline: ExperimentOutline): LensPlace[] {
  if (outline.variantsRange === null || outline.variants.length === 0) return [];
  const variants = outline.variants.map(({ name, method, nameRange }): LensPlace => {
    return { range: nameRange, subject: { kind: 'variant', variant: name, method } };
  });
  const names = outline.variants.map(({ name }) => name);
  return [{ range: outline.variantsRange, subject: { kind: 'experiment', variants: names } }, ...variants];
}

/** None where the file has no sweep. `experiment` is `null` where it is wrong: then nobody knows how many runs it has. */
export function sweepLenses(text: string, experiment: Experiment | null): LensPlace[] {
  const range = sweepRange(text);
  if (range === null) return [];
  const runs = experiment?.sweep === undefined ? null : sweepSize(experiment, experiment.sweep);
  return [{ range, subject: { kind: 'sweep', runs } }];
}

/**
 * The outline of a text that is half typed: where the parser lost a variant that stood there a moment ago, its name is
 * looked for in the text, so that lenses neither vanish nor jump at each key.
 */
export function steadyOutline(text: string, isWhole: boolean, before: ExperimentOutline | null): ExperimentOutline {
  const now = outlineExperiment(text);
  if (isWhole || before === null) return now;
  const found = new Set(now.variants.map(({ name }) => name));
  const kept = before.variants.flatMap((variant) => {
    if (found.has(variant.name)) return [];
    const nameRange = findKey(text, variant.name);
    return nameRange === null ? [] : [{ ...variant, range: nameRange, nameRange }];
  });
  return {
    variantsRange: now.variantsRange ?? (before.variantsRange && findKey(text, 'variants')),
    variants: [...now.variants, ...kept].sort((a, b) => compare(a.nameRange.start, b.nameRange.start)),
  };
}

/** The last place where `"name"` stands before a colon: variants come after what else might have that name. */
function findKey(text: string, name: string): Range | null {
  const key = JSON.stringify(name);
  const places = [...text.matchAll(new RegExp(`${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:`, 'g'))];
  const offset = places.at(-1)?.index;
  if (offset === undefined) return null;
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  const start = { line: lines.length - 1, character: lines.at(-1)!.length };
  return { start, end: { line: start.line, character: start.character + key.length } };
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
