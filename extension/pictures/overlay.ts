/**
 * The histograms of one target of several runs in one picture: an outline per run in its color, over the same bins, with
 * the zero line and the bounds. Runs whose bins are others, as of other data, can't be laid over each other. Pure.
 */
import type { TargetDescription } from '../protocol/events';
import { formatShare } from '../protocol/figures';
import type { BinCounts } from '../protocol/histogram';
import { type Bin, binsOf, isInSpan } from './bins';
import { runDash } from './curves/series';
import {
  type AxesData,
  type Frame,
  frameOf,
  heightAxis,
  selection,
  valueAxis,
  zeroAndBounds,
  zones,
} from './histogramFrame';
import { type Mark, type Picture, rounded, type Size } from './marks';
import { type Model, shownMeasure, splitFigures } from './model';
import { type Axes, axesKey } from './sharedAxes';
import type { Table } from './tables/table';
import { count, number, SPLIT_WORDS } from './words';

export interface OverlaidRun {
  label: string;
  /** Index of its color. */
  color: number;
  counts: BinCounts;
  /** Share outside the bounds, 0 to 1. */
  outside: number;
}

export interface OverlayData extends AxesData {
  target: string;
  /** Which outputs, such as `training set`. */
  of: string;
  runs: readonly OverlaidRun[];
  /** Runs with this target over other bins. */
  nOthers: number;
}

/** One for each target that at least two runs have over the same bins, at the moment shown. */
export function overlaysOf(model: Model, axes: ReadonlyMap<string, Axes>): OverlayData[] {
  const { runs, choices } = model;
  const targets = new Map<string, TargetDescription>();
  for (const run of runs) for (const target of run.started?.targets ?? []) targets.set(axesKey(target), target);
  return [...targets].flatMap(([key, target]): OverlayData[] => {
    const overlaid = runs.flatMap((run, index): OverlaidRun[] => {
      const measure = shownMeasure(run, choices.position);
      const own = run.started?.targets.find((each) => axesKey(each) === key);
      const counts = own === undefined ? undefined : measure?.histograms[choices.split]?.[own.name];
      if (measure === null || counts === undefined) return [];
      const outside = splitFigures(measure, choices.split)?.targets[target.name]?.negativeShare ?? 0;
      return [{ label: model.labels[index]!, color: index, counts, outside }];
    });
    if (overlaid.length < 2) return [];
    const named = runs.filter((run) => run.started?.targets.some(({ name }) => name === target.name));
    return [
      {
        target: target.name,
        of: `${SPLIT_WORDS[choices.split].toLowerCase()} set`,
        edges: target.edges,
        bounds: target.bounds,
        ...axes.get(key)!,
        heightScale: choices.heightScale,
        runs: overlaid,
        nOthers: named.length - overlaid.length,
      },
    ];
  });
}

/** `selected` is the index of the bin that pointer or arrow keys are on. */
export function overlayPicture(data: OverlayData, size: Size, selected: number | null = null): Picture {
  const frame = frameOf(data, size);
  const all = binsOf(data.edges, data.runs[0]!.counts, data.bounds);
  const shown = all.filter((bin) => isInSpan(bin.index, data.span, data.edges));
  const picked = shown.find(({ index }) => index === selected);
  const marks: Mark[] = [
    ...zones(shown, frame),
    ...heightAxis(data, frame),
    ...(picked === undefined ? [] : [selection(picked, frame)]),
    ...data.runs.map((run, item) => outlineOf(run, item, data, frame)),
    ...zeroAndBounds(data, frame),
    ...valueAxis(data, frame),
  ];
  return { ...size, marks, summary: summaryOf(data) };
}

/** Steps over the bins; the open ones at the ends stand apart. */
function outlineOf({ color, counts }: OverlaidRun, item: number, data: OverlayData, frame: Frame): Mark {
  const bottom = rounded(frame.bottom);
  let d = '';
  let last: Bin | null = null;
  for (const bin of binsOf(data.edges, counts, data.bounds)) {
    if (!isInSpan(bin.index, data.span, data.edges)) continue;
    const [from, to] = frame.across(bin.index).map(rounded);
    const isApart = last === null || !Number.isFinite(last.from) || !Number.isFinite(bin.to);
    d += `${isApart ? `${d === '' ? '' : `V${bottom}`}M${from} ${bottom}` : ''}V${rounded(frame.y(bin.density))}H${to}`;
    last = bin;
  }
  return { kind: 'path', d: `${d}V${bottom}`, paint: 'run-line', run: color, dash: runDash(color), item };
}

/** One bin in words: `1.5 to 2: baseline 3.2 %, penalty 2.1 %`. */
export function overlayWords(data: OverlayData, index: number): string {
  const words = data.runs.map(({ label, counts }) => {
    const total = counts.reduce((sum, each) => sum + each, 0);
    return `${label} ${formatShare(total === 0 ? 0 : (counts[index] ?? 0) / total)}`;
  });
  return `${rangeWords(data, index)}: ${words.join(', ')}`;
}

function rangeWords({ edges }: OverlayData, index: number): string {
  if (index === 0) return `below ${number(edges[0]!)}`;
  if (index === edges.length) return `${number(edges.at(-1)!)} and above`;
  return `${number(edges[index - 1]!)} to ${number(edges[index]!)}`;
}

/** A row per bin in which any run has an output, a column per run. */
export function overlayTable(data: OverlayData): Table {
  const totals = data.runs.map(({ counts }) => counts.reduce((sum, each) => sum + each, 0));
  const bins = binsOf(data.edges, data.runs[0]!.counts, data.bounds).filter(({ index }) =>
    data.runs.some(({ counts }) => counts[index]! > 0),
  );
  return {
    caption: `${data.target}, ${data.of}: share of outputs`,
    columns: [{ label: 'outputs' }, { label: 'bounds' }, ...data.runs.map(({ label }) => ({ label, numeric: true }))],
    rows: bins.map(({ index, outside }) => [
      { text: rangeWords(data, index), head: true },
      { text: outside ? 'outside' : 'inside', tone: outside ? ('bad' as const) : undefined },
      ...data.runs.map(({ counts }, run) => {
        const share = totals[run] === 0 ? 0 : counts[index]! / totals[run]!;
        return { text: formatShare(share), value: share, title: `${count(counts[index]!)} outputs` };
      }),
    ]),
  };
}

function summaryOf({ target, of, runs }: OverlayData): string {
  const words = runs.map(({ label, outside }) => `${label} ${formatShare(outside)} outside`);
  return `Histograms of ${target}, ${of}, of ${runs.length} runs over each other: ${words.join(', ')}.`;
}
