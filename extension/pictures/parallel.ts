/**
 * Parallel coordinates: an upright axis for each setting that varies and for each figure, a line per run across
 * them. Runs that another beats in loss and violation are greyed. Pure.
 */
import { formatDuration, formatShare, formatWorstViolation } from '../protocol/figures';
import { type Setting, varyingSettings } from '../protocol/settings';
import { type ComparedRun, comparedRuns, comparedWords } from './compared';
import { type Mark, type Picture, rounded, type Size } from './marks';
import type { Model } from './model';
import { type Scale, scaleOf } from './scale';
import { figure, number, typeset } from './words';

export interface ParallelAxis {
  label: string;
  /** In full, where the label is short for it. */
  description: string;
  /** Place of each run on the axis, 0 (bottom) to 1; `null` where it has none. */
  places: (number | null)[];
  ticks: { place: number; text: string }[];
  /** Of a run by its index. */
  words(run: number): string;
}

export interface ParallelData {
  runs: readonly ComparedRun[];
  axes: readonly ParallelAxis[];
}

const MARGIN = { left: 30, right: 44, top: 36, bottom: 12 };
const TEXT_HEIGHT = 11;
const LETTER_WIDTH = 6;
/** Axes closer than this could not be read. */
const LEAST_STEP = 64;
/** The last axes: loss, violation, share outside and time. */
const N_FIGURES = 4;
/** A line is hit this far above and below. */
const REACH = 12;
/** More distinct words than this are not written at an axis. */
const MOST_WORDS = 12;

export function parallelOf(model: Model): ParallelData {
  const runs = comparedRuns(model);
  const settings = runs.map(({ index }) => model.settings[model.runs[index]!.run] ?? {});
  const paths = varyingSettings(settings);
  const axes = [
    ...paths.map((path) =>
      settingAxis(
        path,
        paths,
        settings.map((each) => each[path] ?? null),
      ),
    ),
    figureAxis(
      'MSE',
      'mean squared error',
      runs,
      ({ loss }) => loss,
      (value) => figure('loss', value),
    ),
    figureAxis(
      'violation',
      'largest violation, in standard deviations of its target',
      runs,
      ({ violation }) => violation,
      formatWorstViolation,
    ),
    figureAxis('outside', 'share of outputs outside the bounds', runs, ({ outside }) => outside, formatShare),
    figureAxis(
      'time',
      'how long the training took',
      runs,
      ({ durationMs }) => durationMs,
      (value) => (value === null ? number(null) : formatDuration(value)),
    ),
  ];
  return { runs, axes };
}

function settingAxis(path: string, paths: readonly string[], values: readonly Setting[]): ParallelAxis {
  const field = path.slice(path.lastIndexOf('.') + 1);
  const isShared = paths.some((other) => other !== path && other.slice(other.lastIndexOf('.') + 1) === field);
  const label = isShared ? path : field;
  const numbers = values.filter((value) => typeof value === 'number');
  const isNumeric = numbers.length > 0 && values.every((value) => value === null || typeof value === 'number');
  const words = (run: number): string => typeset(String(values[run] ?? '–'));
  if (isNumeric) {
    const places = numericPlaces(values as readonly (number | null)[], number);
    return { label, description: path, ...places, words };
  }
  const distinct = [...new Set(values.filter((value) => value !== null).map(String))].sort();
  const place = (text: string) => (distinct.length < 2 ? 0.5 : distinct.indexOf(text) / (distinct.length - 1));
  return {
    label,
    description: path,
    places: values.map((value) => (value === null ? null : place(String(value)))),
    ticks: distinct.length > MOST_WORDS ? [] : distinct.map((text) => ({ place: place(text), text: typeset(text) })),
    words,
  };
}

function figureAxis(
  label: string,
  description: string,
  runs: readonly ComparedRun[],
  figureOf: (run: ComparedRun) => number | null,
  format: (value: number | null) => string,
): ParallelAxis {
  const places = numericPlaces(runs.map(figureOf), format);
  return { label, description, ...places, words: (run) => format(figureOf(runs[run]!)) };
}

function numericPlaces(
  values: readonly (number | null)[],
  format: (value: number) => string,
): Pick<ParallelAxis, 'places' | 'ticks'> {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const scale: Scale = scaleOf(known);
  const distinct = [...new Set(known)].sort((a, b) => a - b);
  // Few values, such as those of a sweep, are their own ticks.
  const ticks = distinct.length <= 6 ? apart(distinct, scale) : scale.ticks(5);
  return {
    places: values.map((value) => (value === null || !Number.isFinite(value) ? null : scale.place(value))),
    ticks: ticks.map((value) => ({ place: scale.place(value), text: typeset(format(value)) })),
  };
}

/** Without those whose words would touch the one before. */
function apart(values: readonly number[], scale: Scale): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return values.filter((value) => {
    if (scale.place(value) - last < 0.08) return false;
    last = scale.place(value);
    return true;
  });
}

/** `selected` is the index of a run. */
export function parallelPicture(all: ParallelData, size: Size, selected: number | null = null): Picture {
  const data = fitting(all, size);
  const frame = frameOf(data, size);
  // Greyed ones first, so that they lie below; the axes last, so that their words can be read.
  const ordered = data.runs.map((_, run) => run).sort((a, b) => rank(data.runs[a]!) - rank(data.runs[b]!));
  const marks: Mark[] = [
    ...ordered.map((run) => line(data, run, frame)),
    ...data.axes.flatMap((axis, place) => axisMarks(axis, place, frame)),
    ...leftOut(all, data),
    ...(selected === null ? [] : [{ ...line(data, selected, frame), paint: 'picked' } as Mark]),
  ];
  return { ...size, marks, summary: summaryOf(all) };
}

/** With as many settings as have room; the figures always. */
function fitting(data: ParallelData, size: Size): ParallelData {
  const room = Math.floor((size.width - MARGIN.left - MARGIN.right) / LEAST_STEP) + 1;
  const excess = data.axes.length - Math.max(N_FIGURES + 1, room);
  if (excess <= 0) return data;
  return { ...data, axes: data.axes.toSpliced(data.axes.length - N_FIGURES - excess, excess) };
}

function leftOut(all: ParallelData, shown: ParallelData): Mark[] {
  const nLeftOut = all.axes.length - shown.axes.length;
  if (nLeftOut === 0) return [];
  const text = `${nLeftOut} more settings that vary are in the table`;
  return [{ kind: 'text', x: 0, y: TEXT_HEIGHT - 3, text, anchor: 'start', paint: 'text' }];
}

function rank({ onFront, color }: ComparedRun): number {
  return (onFront ? 2 : 0) + (color === null ? 0 : 1);
}

/** The run whose line is nearest above or below a position. */
export function lineAt(all: ParallelData, size: Size, x: number, y: number): number | null {
  const data = fitting(all, size);
  const frame = frameOf(data, size);
  const last = data.axes.length - 1;
  const at = Math.max(0, Math.min(last, (x - frame.left) / frame.step));
  const [before, after] = [Math.floor(at), Math.min(last, Math.floor(at) + 1)];
  let nearest: number | null = null;
  let least = REACH;
  for (const run of data.runs.keys()) {
    const [from, to] = [data.axes[before]!.places[run] ?? null, data.axes[after]!.places[run] ?? null];
    if (from === null || to === null) continue;
    const distance = Math.abs(frame.y(from + (to - from) * (at - before)) - y);
    if (distance >= least) continue;
    least = distance;
    nearest = run;
  }
  return nearest;
}

interface Frame {
  left: number;
  top: number;
  bottom: number;
  /** Between two axes. */
  step: number;
  y(place: number): number;
}

function frameOf({ axes }: ParallelData, size: Size): Frame {
  const { left, top } = MARGIN;
  const bottom = Math.max(top + 1, size.height - MARGIN.bottom);
  const width = Math.max(1, size.width - left - MARGIN.right);
  const step = width / Math.max(1, axes.length - 1);
  return { left, top, bottom, step, y: (place) => bottom - place * (bottom - top) };
}

function axisMarks(axis: ParallelAxis, place: number, frame: Frame): Mark[] {
  const x = rounded(frame.left + place * frame.step);
  // In full it is among the words of every line.
  const room = Math.max(4, Math.floor(frame.step / LETTER_WIDTH) - 1);
  const label = axis.label.length > room ? `${axis.label.slice(0, room - 1)}…` : axis.label;
  return [
    { kind: 'line', x1: x, y1: frame.top, x2: x, y2: rounded(frame.bottom), paint: 'axis' },
    { kind: 'text', x, y: frame.top - 12, text: label, anchor: 'middle', paint: 'strong-text' },
    ...axis.ticks.map(
      (tick): Mark => ({
        kind: 'text',
        x: x + 4,
        y: rounded(frame.y(tick.place) + TEXT_HEIGHT / 3),
        text: tick.text,
        anchor: 'start',
        paint: 'text',
      }),
    ),
  ];
}

/** Broken where the run has no place on an axis. */
function line({ runs, axes }: ParallelData, run: number, frame: Frame): Mark {
  let d = '';
  let isBroken = true;
  for (const [place, axis] of axes.entries()) {
    const at = axis.places[run] ?? null;
    if (at !== null) d += `${isBroken ? 'M' : 'L'}${rounded(frame.left + place * frame.step)} ${rounded(frame.y(at))}`;
    isBroken = at === null;
  }
  const { onFront, color } = runs[run]!;
  return {
    kind: 'path',
    d,
    paint: onFront ? 'run-line' : 'dominated',
    run: onFront ? (color ?? undefined) : undefined,
    item: run,
  };
}

function summaryOf({ runs, axes }: ParallelData): string {
  return `Parallel coordinates of ${runs.length} runs over ${axes.map(({ label }) => label).join(', ')}; a line per run, greyed where another is better in loss and violation.`;
}

/** For the pointer and the keyboard: its settings, then its figures. */
export function lineWords({ runs, axes }: ParallelData, run: number): string {
  const settings = axes.slice(0, -N_FIGURES).map((axis) => `${axis.label} ${axis.words(run)}`);
  return [comparedWords(runs[run]!), ...settings].join(', ');
}
