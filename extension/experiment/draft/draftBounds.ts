/** The bounds a new experiment starts with: 0 from below for what is never negative, and what the data keep for the rest. */
import type { TargetProposal } from './proposeTargets';
import { jsonText, quoted, rangeOf } from './words';

export interface DraftBounds {
  /** JSON of the fields of `constraint`, in order. */
  readonly fields: readonly string[];
  /** Why a target has other bounds than 0 from below. */
  readonly notes: readonly string[];
}

/** Names that mean something else in `constraint`, or to JavaScript: such a target can't have bounds of its own. */
const TAKEN: ReadonlySet<string> = new Set(['min', 'max', 'tolerance', '__proto__']);

/** Whether a target needs another name to have bounds of its own. */
export function needsOtherName(target: TargetProposal, targets: readonly TargetProposal[]): boolean {
  return TAKEN.has(target.column.name) && targets.length > 1 && !isNeverNegative(target);
}

/** @param nameOf what a target is called after the query */
export function draftBounds(
  targets: readonly TargetProposal[],
  nameOf: (target: TargetProposal) => string,
): DraftBounds {
  const others = targets.filter((target) => !isNeverNegative(target));
  if (others.length < targets.length) {
    return {
      fields: ['"min": 0', ...others.map((target) => `${jsonText(nameOf(target))}: {}`)],
      notes: others.map((target) => `${below0(target)}, so it has no bound here`),
    };
  }
  const fields = others.map((target) =>
    others.length === 1 ? around(target) : `${jsonText(nameOf(target))}: { ${around(target)} }`,
  );
  return {
    fields,
    notes: others.map(
      (target) => `${below0(target)}: these bounds hold for all its rows, and you may know better ones`,
    ),
  };
}

export function isNeverNegative({ column: { values } }: TargetProposal): boolean {
  return values.min !== null && values.min >= 0;
}

function below0({ column }: TargetProposal): string {
  return `${quoted(column.name)} goes below 0 (${rangeOf(column)})`;
}

/** `"min": -8, "max": 36`: round numbers that hold all values. */
function around({ column: { values } }: TargetProposal): string {
  const [min, max] = [values.min!, values.max!];
  const step = 10 ** (Math.floor(Math.log10(max - min)) - 1);
  // A multiple of a tenth has digits that it doesn't mean.
  const round = (value: number): number => Number(value.toPrecision(12));
  const low = round(Math.floor(min / step) * step);
  const high = round(Math.ceil(max / step) * step);
  return `"min": ${low <= min ? low : min}, "max": ${high >= max ? high : max}`;
}
