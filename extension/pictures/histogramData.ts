/** From a run and a measure of it to the data of its histogram pictures: what the panel draws and what is exported. Pure. */
import type { MeasuredEvent, TargetDescription } from '../protocol/events';
import type { Figures } from '../protocol/figures';
import type { RunState } from '../protocol/runState';
import type { HeightScale, HistogramData } from './histogram';
import { splitFigures } from './model';
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
