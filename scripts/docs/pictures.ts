/**
 * The picture of a method's run: the signs of its outputs at the end, and how far outside the worst one was over the
 * epochs. Pure: from runs to SVG text, with the panel's own histogram and paints.
 */

import { type Span, spanOf } from '../../extension/pictures/bins';
import { highestDensity, histogramPicture } from '../../extension/pictures/histogram';
import { type Mark, type Picture, rounded } from '../../extension/pictures/marks';
import { svgText } from '../../extension/pictures/svgText';
import { nextCeiling, roundTicks } from '../../extension/pictures/ticks';
import type { MeasuredEvent, StartedEvent, TargetDescription } from '../../extension/protocol/events';
import { formatShare, formatWorstViolation, worstViolation } from '../../extension/protocol/figures';
import type { RunState } from '../../extension/protocol/runState';

const SIZE = { width: 740, height: 196 };
const HISTOGRAM_WIDTH = 400;
/** Of the violations. Above it a line of words, under it the epochs. */
const FRAME = { left: 470, right: 728, top: 22, bottom: 176 };
const WORDS_RISE = 10;

/** In standard deviations of its target; what is further outside is drawn here. */
const MOST_DRAWN = 1;
const VIOLATION_TICKS = [0.1, 0.3, MOST_DRAWN];

const NO_BOUNDS = { min: null, max: null };

/** What the pictures of all methods share, so that they can be compared by eye. */
export interface Scales {
  readonly target: string;
  readonly unit: string;
  /** Ends of the axis of outputs; bins may differ from run to run, by where bounds part them. */
  readonly low: number;
  readonly high: number;
  /** Highest density drawn. */
  readonly ceiling: number;
}

/** For runs on the same data, each with at least one measure. */
export function scalesOf(runs: readonly RunState[], { target, unit }: Pick<Scales, 'target' | 'unit'>): Scales {
  const ofRuns = runs.map((run) => {
    const { edges, bounds } = targetOf(run, target);
    const counts = run.measured.at(-1)!.histograms.train[target]!;
    const used = counts.flatMap((count, bin) => (count > 0 ? [bin] : []));
    const { first, last } = spanOf(edges, NO_BOUNDS, used, null);
    return { low: edges[first]!, high: edges[last]!, highest: highestDensity(edges, counts, bounds) };
  });
  return {
    target,
    unit,
    low: Math.min(...ofRuns.map(({ low }) => low)),
    high: Math.max(...ofRuns.map(({ high }) => high)),
    ceiling: nextCeiling(0, Math.max(...ofRuns.map(({ highest }) => highest))),
  };
}

/** The axis in the edges of one run, and its bounds as far as they are on it. */
function frameOf({ edges, bounds: { min, max } }: TargetDescription, { low, high }: Scales) {
  const span: Span = {
    first: Math.max(
      0,
      edges.findLastIndex((edge) => edge <= low),
    ),
    last: edges.findIndex((edge) => edge >= high),
  };
  const isShown = (bound: number | null) => bound !== null && bound >= low && bound <= high;
  return { edges, span, bounds: { min: isShown(min) ? min : null, max: isShown(max) ? max : null } };
}

export function methodPicture(title: string, run: RunState, scales: Scales): Picture {
  const { train, validation, histograms, epoch } = run.measured.at(-1)!;
  const { targets } = run.started!;
  const outside = formatShare(train.targets[scales.target]!.negativeShare);
  const histogram = histogramPicture(
    {
      ...frameOf(targetOf(run, scales.target), scales),
      target: scales.target,
      of: 'training rows',
      counts: histograms.train[scales.target]!,
      before: null,
      ceiling: scales.ceiling,
      heightScale: 'linear',
      words: `${outside} outside`,
    },
    { width: HISTOGRAM_WIDTH, height: SIZE.height },
  );
  const worst = formatWorstViolation(worstViolation(train, targets));
  const heldOut =
    validation === null ? '' : `, ${formatWorstViolation(worstViolation(validation, targets))} on held-out ones`;
  return {
    ...SIZE,
    summary: `${title} after ${epoch} epochs. Left: ${scales.target} on the training rows, ${outside} outside. Right: the worst output over the epochs, at the end ${worst} outside on the training rows${heldOut}.`,
    marks: [
      ...histogram.marks,
      words(HISTOGRAM_WIDTH - 10, FRAME.top - WORDS_RISE, `${scales.target}, ${scales.unit}`, 'end'),
      ...violationMarks(run, run.started!),
    ],
  };
}

function targetOf(run: RunState, name: string): TargetDescription {
  return run.started!.targets.find((target) => target.name === name)!;
}

/** Heights are square roots, so that violations near the tolerance show beside large ones. */
function violationMarks(run: RunState, started: StartedEvent): Mark[] {
  const { left, right, top, bottom } = FRAME;
  const x = (epoch: number) => rounded(left + (epoch / started.epochs) * (right - left));
  const y = (violation: number) => rounded(bottom - Math.sqrt(Math.min(1, violation / MOST_DRAWN)) * (bottom - top));
  const points = (split: 'train' | 'validation') =>
    run.measured.flatMap((measure: MeasuredEvent) => {
      const figures = measure[split];
      return figures === null ? [] : [`${x(measure.epoch)} ${y(worstViolation(figures, started.targets))}`];
    });
  const training = points('train').join('L');
  const heldOut = points('validation').join('L');
  const end = x(run.measured.at(-1)!.epoch);
  const { tolerance, standardDeviation } = started.targets[0]!;
  const yTolerance = y(tolerance / standardDeviation);
  return [
    words(left, top - WORDS_RISE, 'worst outside, sd (line: held out)'),
    ...VIOLATION_TICKS.flatMap((tick): Mark[] => [
      { kind: 'line', x1: left, y1: y(tick), x2: right, y2: y(tick), paint: 'grid' },
      words(left - 6, rounded(y(tick) + 4), tick === MOST_DRAWN ? `≥ ${tick}` : `${tick}`, 'end'),
    ]),
    { kind: 'path', d: `M${left} ${bottom}L${training}L${end} ${bottom}Z`, paint: 'outside' },
    ...(heldOut === '' ? [] : [{ kind: 'path', d: `M${heldOut}`, paint: 'before' } as const]),
    { kind: 'line', x1: left, y1: yTolerance, x2: right, y2: yTolerance, paint: 'bound' },
    words(left - 6, rounded(yTolerance + 4), 'tolerance', 'end'),
    { kind: 'line', x1: left, y1: bottom, x2: right, y2: bottom, paint: 'axis' },
    ...roundTicks(0, started.epochs, 3).map((epoch) =>
      words(
        x(epoch),
        bottom + 14,
        epoch === 0 ? 'epoch 0' : `${epoch}`,
        epoch === 0 ? 'start' : epoch === started.epochs ? 'end' : 'middle',
      ),
    ),
  ];
}

function words(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'start'): Mark {
  return { kind: 'text', x, y, text, anchor, paint: 'text' };
}

/** The colours of VS Code's light and dark theme, on a ground of their own: legible on whatever page they stand. */
const STYLE = `
:root { --ground: #ffffff; --text: #3b3b3b; --inside: #1a85ff; --outside: #e51400; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1f1f1f; --text: #cccccc; --inside: #3794ff; --outside: #f14c4c; }
}
`;

export function pictureFile(picture: Picture): string {
  const palette = {
    background: 'var(--ground)',
    foreground: 'var(--text)',
    inside: 'var(--inside)',
    outside: 'var(--outside)',
    fontFamily: 'system-ui, sans-serif',
  };
  return svgText(picture, palette, STYLE);
}
