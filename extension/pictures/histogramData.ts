/** From a run to the data of its histograms and their history: what the panel draws and what is exported. Pure. */
import type { MeasuredEvent, TargetDescription } from '../protocol/events';
import type { Figures } from '../protocol/figures';
import type { RunState } from '../protocol/runState';
import type { HistogramData } from './histogram';
import type { HeightScale } from './histogramFrame';
import type { HistoryData } from './history';
import { positionOf, splitFigures } from './model';
import type { Axes } from './sharedAxes';
import { epochWords, outsideWords, SPLIT_WORDS, type Split } from './words';

export interface MeasuredHistogram {
  data: HistogramData;
  /** Of the same outputs. */
  figures: Figures;
}

/** `null` where the run has no such split. */
export function histogramOf(
  run: RunState,
  measure: MeasuredEvent,
  target: TargetDescription,
  axes: Axes,
  { split, heightScale }: { split: Split; heightScale: HeightScale },
): MeasuredHistogram | null {
  const counts = measure.histograms[split]?.[target.name];
  const figures = splitFigures(measure, split)?.targets[target.name];
  if (counts === undefined || figures === undefined) return null;
  const first = run.measured[0];
  const data: HistogramData = {
    target: target.name,
    of: `${SPLIT_WORDS[split].toLowerCase()} set, epoch ${epochWords(measure.epoch)}`,
    edges: target.edges,
    counts,
    before: measure === first ? null : (first?.histograms[split]?.[target.name] ?? null),
    bounds: target.bounds,
    ...axes,
    heightScale,
    words: outsideWords(figures, target.bounds, split),
  };
  return { data, figures };
}

/** `null` where the run has no such split or was not measured. `end` is the right end of the time axis in epochs. */
export function historyOf(
  run: RunState,
  target: TargetDescription,
  { span }: Pick<Axes, 'span'>,
  split: Split,
  end: number,
): HistoryData | null {
  const { started } = run;
  const measured = run.measured.filter((measure) => measure.histograms[split]?.[target.name] !== undefined);
  if (started === null || measured.length === 0) return null;
  const positions = measured.map((measure) => positionOf(started, measure));
  return {
    target: target.name,
    of: `${SPLIT_WORDS[split].toLowerCase()} set`,
    edges: target.edges,
    bounds: target.bounds,
    span,
    positions,
    counts: measured.map((measure) => measure.histograms[split]![target.name]!),
    outside: measured.map((measure) => splitFigures(measure, split)?.targets[target.name]?.negativeShare ?? 0),
    end: Math.max(end, positions.at(-1)!),
  };
}
