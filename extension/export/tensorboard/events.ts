/**
 * A run's measures as TensorBoard's events: figures as scalars, outputs as histograms. Training and held-out rows have the
 * same tags and files of their own, since TensorBoard draws the same tag of two folders into one chart.
 */
import type { MeasuredEvent, StartedEvent } from '../../protocol/events';
import { type Figures, QUANTITIES, type SplitFigures } from '../../protocol/figures';
import { nameOfOverall } from '../overall';
import { EventProto, FILE_VERSION, type SummaryEvent, type SummaryValue } from './eventProto';
import { toHistogram } from './histogram';
import { encodeRecords } from './recordFile';

export type SplitName = 'train' | 'validation';

const FIGURES = Object.keys(QUANTITIES) as (keyof Figures)[];

/** What is measured of the training itself, beside the figures of its rows. */
const OF_TRAINING: Readonly<Record<string, { description: string; of(event: MeasuredEvent): number | null }>> = {
  'training/batchLoss': {
    description: "mean loss of the epoch's steps, in the units that are trained in",
    of: ({ batchLoss }) => batchLoss,
  },
  'training/penalty': {
    description: "the method's term added to the loss, mean over the epoch's steps",
    of: ({ penalty }) => penalty,
  },
  'multipliers/min': { description: 'smallest multiplier', of: ({ multipliers }) => multipliers?.min ?? null },
  'multipliers/mean': { description: 'mean of the multipliers', of: ({ multipliers }) => multipliers?.mean ?? null },
  'multipliers/max': { description: 'largest multiplier', of: ({ multipliers }) => multipliers?.max ?? null },
};

/** `overall/loss` and `rain/negativeShare` as in the exported tables, `outputs/rain` for its histogram. */
export function summaryEvents(
  measured: readonly MeasuredEvent[],
  targets: StartedEvent['targets'],
  split: SplitName,
): SummaryEvent[] {
  const described = new Set<string>();
  const withDescription = (value: SummaryValue, description: string): SummaryValue => {
    if (described.has(value.tag)) return value;
    described.add(value.tag);
    return { ...value, metadata: { summaryDescription: description } };
  };
  return measured.flatMap((event) => {
    const figures = event[split];
    if (figures === null) return [];
    const values = [
      ...figureValues(figures),
      ...(split === 'train' ? trainingValues(event) : []),
      ...histogramValues(event, targets, split),
    ];
    return [
      {
        wallTime: event.time / 1000,
        step: event.step,
        values: values.map(({ description, ...value }) => withDescription(value, description)),
      },
    ];
  });
}

type Described = SummaryValue & { readonly description: string };

function scalar(tag: string, value: number | null, description: string): Described[] {
  return value === null ? [] : [{ tag, simpleValue: value, description }];
}

function figureValues({ overall, targets }: SplitFigures): Described[] {
  return [[nameOfOverall(Object.keys(targets)), overall] as const, ...Object.entries(targets)].flatMap(
    ([target, figures]) =>
      FIGURES.flatMap((figure) => scalar(`${target}/${figure}`, figures[figure], QUANTITIES[figure].description)),
  );
}

function trainingValues(event: MeasuredEvent): Described[] {
  return Object.entries(OF_TRAINING).flatMap(([tag, { description, of }]) => scalar(tag, of(event), description));
}

function histogramValues(event: MeasuredEvent, targets: StartedEvent['targets'], split: SplitName): Described[] {
  const counts = event.histograms[split];
  return targets.flatMap(({ name, edges }) => {
    const own = counts?.[name];
    if (own === undefined) return [];
    const histo = toHistogram(edges, own, event[split]?.targets[name]?.minOutput ?? null);
    if (histo === null) return [];
    return [{ tag: `outputs/${name}`, histo, description: `outputs of ${name}; 0 and its bounds are edges of bins` }];
  });
}

/** An event file that begins at `wallTime`, in seconds since the epoch. */
export function encodeEvents(wallTime: number, events: readonly SummaryEvent[]): Uint8Array {
  const version = EventProto.encode({ wallTime, fileVersion: FILE_VERSION }).finish();
  const encoded = events.map(({ wallTime, step, values }) =>
    EventProto.encode({ wallTime, step, summary: { value: values } }).finish(),
  );
  return encodeRecords([version, ...encoded]);
}
