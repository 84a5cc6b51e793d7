/**
 * What earlier versions recorded, brought to today's form: figures that they did not measure are `null`, so that nobody
 * else has to know. Pure, and careful: what lies on disk may be anybody's.
 */
import type { RunSummary, TrainingEvent } from './events';
import { type SplitFigures, VIOLATION_TOLERANCES, type ViolationRates } from './figures';
import type { RowsEvent, TargetRows } from './rows';

/** The event as it is, or a completed copy. */
export function completeEvent(event: TrainingEvent): TrainingEvent {
  switch (event.type) {
    case 'started':
      // There was no method yet with anything after the last layer, nor one that was solved exactly.
      return event.linearOutput === undefined ? { ...event, linearOutput: true, polishes: false } : event;
    case 'measured':
      return { ...event, train: completeSplit(event.train), validation: completeSplit(event.validation) };
    case 'rows':
      return { ...event, targets: completeRows(event.targets) };
    case 'ended':
      return { ...event, summary: completeSummary(event.summary) };
    default:
      return event;
  }
}

/** A target that is not told whole is told as far as it is. */
function completeRows(targets: RowsEvent['targets'] | undefined): RowsEvent['targets'] {
  return Object.fromEntries(
    Object.entries(targets ?? {}).map(([name, rows]: [string, Partial<TargetRows> | null]) => [
      name,
      { train: rows?.train ?? [], validation: rows?.validation ?? [], multipliers: rows?.multipliers ?? [] },
    ]),
  );
}

export function completeSummary(summary: RunSummary): RunSummary {
  return {
    ...summary,
    linearOutput: summary.linearOutput ?? true,
    polishes: summary.polishes ?? false,
    targets: Array.isArray(summary.targets) ? summary.targets : null,
    train: completeSplit(summary.train),
    validation: completeSplit(summary.validation),
    lastLayer: summary.lastLayer ?? null,
    diagnoses: summary.diagnoses ?? [],
    snapshots: summary.snapshots ?? null,
  };
}

const RATES = Object.keys(VIOLATION_TOLERANCES);
const NOT_MEASURED = Object.fromEntries(RATES.map((name) => [name, null])) as ViolationRates;

/** Where there are no figures, there stay none. What is complete comes back as it is: lists hold thousands. */
function completeSplit<Split extends SplitFigures | null>(split: Split): Split {
  if (split == null) return null as Split;
  const { rowsOutside = null, overall, targets = {} }: Partial<SplitFigures> = split;
  const isComplete = [overall, ...Object.values(targets)].every(
    (figures) => figures && RATES.every((name) => name in figures),
  );
  if (isComplete && split.rowsOutside !== undefined && split.targets !== undefined) return split;
  const completed = Object.entries(targets).map(([name, figures]) => [name, { ...NOT_MEASURED, ...figures }]);
  return { ...split, rowsOutside, overall: { ...NOT_MEASURED, ...overall }, targets: Object.fromEntries(completed) };
}
