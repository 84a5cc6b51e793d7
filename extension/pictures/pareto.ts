/**
 * Loss against violation, a point per run: what each way to stay inside the bounds costs. Runs that another beats in both,
 * and those that failed, are greyed; the others are joined. Runs that differ only in their seed share a cross at their median, as wide as their
 * spread. Pure.
 */
import { formatWorstViolation } from '../protocol/figures';
import { spreadOf } from '../protocol/seedGroups';
import { type ComparedRun, comparedRuns, comparedSeeds, comparedWords } from './compared';
import { type Mark, type Picture, rounded, type Size } from './marks';
import type { Model } from './model';
import { logScale, type Scale, scaleOf } from './scale';
import { number, SPLIT_WORDS } from './words';

export interface ParetoPoint extends ComparedRun {
  loss: number;
  violation: number;
}

export interface ParetoData {
  /** Of which outputs, such as `training set`. */
  of: string;
  points: readonly ParetoPoint[];
  /** Points that differ only in their seed and count for it (`ComparedSeeds`); empty where no two do. */
  seeds: readonly (readonly ParetoPoint[])[];
}

const MARGIN = { left: 56, right: 16, top: 22, bottom: 34 };
/** Where runs without any violation stand: beside a logarithmic axis, which has no 0. */
const ZERO_COLUMN = 36;
const TEXT_HEIGHT = 11;
const LETTER_WIDTH = 6;
/** More names would lie over each other. */
const MOST_LABELS = 12;
const RADIUS = { point: 5, others: 4, picked: 8 };
/** A point is hit this far from its middle. */
const REACH = 14;

export function paretoOf(model: Model): ParetoData {
  const runs = comparedRuns(model);
  const { target, split } = model.choices;
  return {
    of: `${SPLIT_WORDS[split].toLowerCase()} set${target === null ? '' : `, ${target}`}`,
    points: runs.filter(isPoint),
    seeds: comparedSeeds(model, runs)
      .map(({ counted }) => counted.filter(isPoint))
      .filter((group) => group.length > 1),
  };
}

function isPoint(run: ComparedRun): run is ParetoPoint {
  return run.loss !== null && run.violation !== null;
}

/** `selected` is the place of a point. */
export function paretoPicture(data: ParetoData, size: Size, selected: number | null = null): Picture {
  const frame = frameOf(data, size);
  const picked = selected === null ? undefined : data.points[selected];
  const marks: Mark[] = [
    ...axes(data, frame),
    ...front(data, frame),
    ...data.seeds.map((group) => cross(group, frame)),
    ...data.points.map((point, item) => circle(point, item, frame)),
    ...names(data, frame),
    ...(picked === undefined ? [] : [ring(picked, frame)]),
  ];
  return { ...size, marks, summary: summaryOf(data) };
}

/** Place of the point nearest to a position, where one is near. */
export function pointAt(data: ParetoData, size: Size, x: number, y: number): number | null {
  const frame = frameOf(data, size);
  let nearest: number | null = null;
  let least = REACH;
  for (const [place, point] of data.points.entries()) {
    const distance = Math.hypot(frame.x(point.violation) - x, frame.y(point.loss) - y);
    if (distance >= least) continue;
    least = distance;
    nearest = place;
  }
  return nearest;
}

/** Places in the order in which the keyboard walks: from the least violation on. */
export function paretoOrder(data: ParetoData): number[] {
  const { points } = data;
  return points
    .map((_, place) => place)
    .sort((a, b) => points[a]!.violation - points[b]!.violation || points[a]!.loss - points[b]!.loss);
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** `null` where no run has any violation. */
  violations: Scale | null;
  losses: Scale;
  x(violation: number): number;
  y(loss: number): number;
}

function frameOf({ points }: ParetoData, size: Size): Frame {
  const left = MARGIN.left;
  const right = Math.max(left + ZERO_COLUMN + 1, size.width - MARGIN.right);
  const top = MARGIN.top;
  const bottom = Math.max(top + 1, size.height - MARGIN.bottom);
  const positive = points.map(({ violation }) => violation).filter((violation) => violation > 0);
  const violations = positive.length === 0 ? null : logScale(Math.min(...positive), Math.max(...positive));
  const losses = scaleOf(points.map(({ loss }) => loss));
  const first = left + ZERO_COLUMN;
  return {
    left,
    right,
    top,
    bottom,
    violations,
    losses,
    x: (violation) =>
      violation > 0 && violations !== null
        ? first + violations.place(violation) * (right - first)
        : left + ZERO_COLUMN / 2,
    y: (loss) => bottom - losses.place(loss) * (bottom - top),
  };
}

function axes({ points }: ParetoData, frame: Frame): Mark[] {
  const { left, right, top, bottom, violations } = frame;
  const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
    kind: 'text',
    x: rounded(x),
    y: rounded(y),
    text: words,
    anchor,
    paint: 'text',
  });
  const labelY = bottom + TEXT_HEIGHT + 3;
  const split = left + ZERO_COLUMN;
  const across = Math.max(2, Math.floor((right - left) / 90));
  const up = Math.max(2, Math.floor((bottom - top) / 36));
  return [
    text(0, top - 10, 'MSE', 'start'),
    text(right, bottom + 2 * TEXT_HEIGHT + 6, 'largest violation, in standard deviations of its target', 'end'),
    ...(points.length === 0 ? [] : frame.losses.ticks(up)).flatMap((loss): Mark[] => {
      const y = rounded(frame.y(loss));
      return [
        { kind: 'line', x1: left, y1: y, x2: rounded(right), y2: y, paint: 'grid' },
        text(left - 6, y + TEXT_HEIGHT / 3, number(loss), 'end'),
      ];
    }),
    { kind: 'line', x1: left, y1: bottom, x2: rounded(right), y2: bottom, paint: 'axis' },
    { kind: 'line', x1: split, y1: top, x2: split, y2: bottom, paint: 'bound' },
    text(left + ZERO_COLUMN / 2, labelY, '0', 'middle'),
    ...(violations?.ticks(across) ?? []).flatMap((violation): Mark[] => {
      const x = rounded(frame.x(violation));
      if (x < split + 12) return [];
      return [
        { kind: 'line', x1: x, y1: bottom, x2: x, y2: bottom + 3, paint: 'axis' },
        text(x, labelY, number(violation), x > right - 20 ? 'end' : 'middle'),
      ];
    }),
  ];
}

/** Steps: between two points of the front only what is worse than one of them can be had. */
function front({ points }: ParetoData, frame: Frame): Mark[] {
  const ordered = points.filter(({ onFront }) => onFront).sort((a, b) => a.violation - b.violation);
  if (ordered.length < 2) return [];
  const d = ordered
    .map((point, place) => {
      const [x, y] = [rounded(frame.x(point.violation)), rounded(frame.y(point.loss))];
      return place === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    })
    .join('');
  return [{ kind: 'path', d, paint: 'front' }];
}

function circle(point: ParetoPoint, item: number, frame: Frame): Mark {
  return {
    kind: 'circle',
    cx: rounded(frame.x(point.violation)),
    cy: rounded(frame.y(point.loss)),
    r: point.onFront ? RADIUS.point : RADIUS.others,
    paint: point.onFront ? 'run-point' : 'dominated',
    run: point.onFront ? (point.color ?? undefined) : undefined,
    item,
  };
}

function ring(point: ParetoPoint, frame: Frame): Mark {
  const [cx, cy] = [rounded(frame.x(point.violation)), rounded(frame.y(point.loss))];
  return { kind: 'circle', cx, cy, r: RADIUS.picked, paint: 'picked' };
}

/** From the least to the largest of both figures, crossing at the medians. */
function cross(group: readonly ParetoPoint[], frame: Frame): Mark {
  const loss = spreadOf(group.map((point) => point.loss))!;
  const violation = spreadOf(group.map((point) => point.violation))!;
  const x = (value: number) => rounded(frame.x(value));
  const y = (value: number) => rounded(frame.y(value));
  const d = `M${x(violation.min)} ${y(loss.median)}H${x(violation.max)}M${x(violation.median)} ${y(loss.min)}V${y(loss.max)}`;
  const color = group.find((point) => point.color !== null)?.color;
  return { kind: 'path', d, paint: 'spread', run: color ?? undefined };
}

function names({ points }: ParetoData, frame: Frame): Mark[] {
  if (points.length > MOST_LABELS) return [];
  return points.map((point): Mark => {
    const x = frame.x(point.violation);
    const isLeft = x + 10 + point.label.length * LETTER_WIDTH > frame.right;
    return {
      kind: 'text',
      x: rounded(isLeft ? x - 9 : x + 9),
      y: rounded(frame.y(point.loss) - 4),
      text: point.label,
      anchor: isLeft ? 'end' : 'start',
      paint: point.onFront ? 'strong-text' : 'text',
    };
  });
}

function summaryOf({ of, points }: ParetoData): string {
  const ordered = points.filter(({ onFront }) => onFront).sort((a, b) => a.violation - b.violation);
  const [first] = ordered;
  if (first === undefined) return `Loss against violation, ${of}: nothing was measured yet.`;
  const dominated = points.filter(({ counts, onFront }) => counts && !onFront).length;
  const nLeft = points.filter(({ counts }) => !counts).length;
  const left = nLeft === 0 ? '' : ` ${nLeft} failed or were lost and are not compared.`;
  const words = ordered
    .slice(0, MOST_LABELS)
    .map((point) => `${point.label} (MSE ${number(point.loss)}, ${formatWorstViolation(point.violation)})`);
  return `Loss against violation, ${of}, a point per run. Beaten in both by no other: ${words.join('; ')}. ${dominated} of ${points.length} are beaten.${left}`;
}

/** For the pointer and the keyboard. */
export function pointWords(data: ParetoData, place: number): string {
  return comparedWords(data.points[place]!);
}
