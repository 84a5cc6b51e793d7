/** What the facts about the data mean for the experiment: problems, each with its place and remedy. */
import { listNames } from '../experiment/names';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import { boundsOf, type Experiment, resolveVariant } from '../experiment/schema';
import type { Severity } from '../protocol/problems';
import { pathOfColumn } from './columns';
import { heldOutByShare } from './split';
import { readableIdentifier } from './sql';
import type { ColumnFacts, Facts, SomeRows } from './survey';

export function checkFacts(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  if (facts.rows === 0) return [noRows(experiment)];
  const broken = facts.columns.flatMap((column) => checkCells(experiment, column));
  const split = checkSplit(experiment, facts);
  if (broken.length > 0 || split.some(({ severity }) => severity === 'error')) return [...broken, ...split];
  return [
    ...split,
    ...facts.columns.flatMap((column) => checkSpread(experiment, facts, column)),
    ...facts.columns.flatMap((column) => checkFineness(experiment, column)),
    ...facts.columns.flatMap((column) => checkBounds(experiment, facts, column)),
    ...checkBatches(experiment, facts),
  ];
}

/** Rows left to train on. */
export function trainingRows({ data }: Experiment, { rows, heldOut }: Facts): number {
  return rows - (heldOut === null ? heldOutByShare(rows, data.validation as number) : heldOut.count);
}

function noRows({ data }: Experiment): ProblemAtPath {
  if (data.query !== undefined) {
    return problem('data.no-rows', ['data', 'query'], 'The query gives no row. Check its WHERE and the data.');
  }
  return problem('data.no-rows', ['data', 'source'], 'The data has a header and no rows. Add rows below it.');
}

function checkCells({ data }: Experiment, column: ColumnFacts): ProblemAtPath[] {
  const { name, isList, width, empty, notANumber, tooLarge, otherLength } = column;
  const path = pathOfColumn(data, name);
  const sql = readableIdentifier(name);
  const problems: ProblemAtPath[] = [];
  if (empty.count > 0) {
    const [what, whole] = isList
      ? ['has empty lists or elements', `len(${sql}) = list_count(${sql})`]
      : ['is empty', `${sql} IS NOT NULL`];
    const fill = isList
      ? ''
      : `, fill them in "query", such as SELECT * REPLACE (coalesce(${sql}, 0) AS ${sql}) FROM source`;
    const message = `The column "${name}" ${what} in ${inRows(empty)}. Correct the data${fill}, or leave such rows out${isList ? ' in "query"' : ''}: SELECT * FROM source WHERE ${whole}.`;
    problems.push(problem('data.empty-cells', path, message));
  }
  if (notANumber.count > 0) {
    const leave = isList ? '' : `, or leave such rows out in "query": SELECT * FROM source WHERE NOT isnan(${sql})`;
    const message = `The column "${name}" is NaN (not a number) in ${inRows(notANumber)}. Correct the data${leave}.`;
    problems.push(problem('data.not-a-number', path, message));
  }
  if (tooLarge.count > 0) {
    const leave = isList ? '' : `, or leave such rows out in "query": SELECT * FROM source WHERE abs(${sql}) < 1e30`;
    const message = `The column "${name}" is infinite, or too large for the 32-bit numbers that networks use, in ${inRows(tooLarge)}. Correct the data${leave}.`;
    problems.push(problem('data.not-finite', path, message));
  }
  if (otherLength.count > 0) {
    const message = `The lists of "${name}" must all be of one length. Row 1 has ${width === 1 ? '1 element' : `${width} elements`}, and ${inRows(otherLength)} ${otherLength.count === 1 ? 'has' : 'have'} another number. Correct the data, or leave such rows out in "query": SELECT * FROM source WHERE len(${sql}) = ${width}.`;
    problems.push(problem('data.list-lengths', path, message));
  } else if (width === 0 && empty.count === 0) {
    problems.push(problem('data.list-lengths', path, `The lists of "${name}" have no elements.`));
  }
  return problems;
}

function checkSplit({ data }: Experiment, { rows, heldOut }: Facts): ProblemAtPath[] {
  const { validation } = data;
  if (typeof validation === 'number') {
    if (rows > 1) return [];
    const lead = 'The data has one row, so every target is constant and the network can only learn that one value.';
    if (validation === 0) return [problem('data.one-row', ['data', 'source'], `${lead} Add rows.`, 'warning')];
    const message = `The data has one row, and a share of ${validation} is to be held out for validation, which leaves nothing to train on. Add rows, or set "validation": 0 to train on that row alone.`;
    return [problem('data.one-row', ['data', 'validation'], message)];
  }
  const { column, equals } = validation;
  const path = ['data', 'validation', 'equals'];
  const wanted = JSON.stringify(equals);
  if (heldOut!.count === 0) {
    const message = `No row has ${wanted} in the column "${column}", so nothing would be held out. Its values are ${listNames(heldOut!.values, 'and', 5)}.`;
    return [problem('data.no-validation-rows', path, message)];
  }
  if (heldOut!.count === rows) {
    const message = `Every row has ${wanted} in the column "${column}", so all would be held out and none is left to train on. Choose another value or column.`;
    return [problem('data.no-training-rows', path, message)];
  }
  return [];
}

function checkSpread({ data }: Experiment, { rows }: Facts, column: ColumnFacts): ProblemAtPath[] {
  const { name, min, max, width } = column;
  if (rows < 2 || min !== max) return [];
  const path = pathOfColumn(data, name);
  if (data.targets.includes(name)) {
    const message = `The target "${name}" is ${min} in every row, so there is nothing to learn about it.`;
    return [problem('data.constant-target', path, message, 'warning')];
  }
  const cells = width > 1 ? 'in every element of every row' : 'in every row';
  const message = `The input "${name}" is ${min} ${cells} and tells the network nothing. It can't be divided by its standard deviation of 0, so 1 is taken instead. Remove it from "inputs".`;
  return [problem('data.constant-input', path, message, 'warning')];
}

/** Steps of 32 bits that a column's range needs at least, so that rounding moves no value by a visible share of it. */
const FEWEST_STEPS = 4096;

/** Far from 0, 32-bit numbers lie so far apart that close values become one. */
function checkFineness({ data }: Experiment, { name, isList, min, max }: ColumnFacts): ProblemAtPath[] {
  if (min === null || max === null || min === max) return [];
  const step = float32Step(Math.max(Math.abs(min), Math.abs(max)));
  if (max - min >= FEWEST_STEPS * step) return [];
  const sql = readableIdentifier(name);
  const offset = Math.floor(min);
  const shifted = (value: string): string => (offset < 0 ? `${value} + ${-offset}` : `${value} - ${offset}`);
  const remedy = isList ? `list_transform(${sql}, lambda v: ${shifted('v')})` : shifted(sql);
  const bounds = data.targets.includes(name) ? ', and move its bounds by as much' : '';
  const message = `The column "${name}" goes from ${min} to ${max}, where the 32-bit numbers that networks use lie ${step} apart: rounding would blur its values. Subtract an offset in "query", such as ${remedy} AS ${sql}${bounds}.`;
  return [problem('data.too-fine', pathOfColumn(data, name), message)];
}

/** Distance from `value` (positive) to the next larger 32-bit number. */
function float32Step(value: number): number {
  const float = new Float32Array([value]);
  const bits = new Uint32Array(float.buffer);
  const own = float[0]!;
  bits[0]!++;
  return float[0]! - own;
}

function checkBounds(experiment: Experiment, { rows }: Facts, column: ColumnFacts): ProblemAtPath[] {
  const { name } = column;
  const { min, max } = boundsOf(experiment, name);
  const own = Object.hasOwn(experiment.constraint, name) && typeof experiment.constraint[name] === 'object';
  const check = (
    outside: SomeRows,
    side: 'min' | 'max',
    limit: number | null,
    extreme: number | null,
  ): ProblemAtPath[] => {
    if (outside.count === 0) return [];
    const relation =
      side === 'min' ? `below its min ${limit} (down to ${extreme})` : `above its max ${limit} (up to ${extreme})`;
    const message = `The target "${name}" itself lies ${relation} in ${grouped(outside.count)} of ${grouped(rows)} rows (${numbers(outside)}). The network is held to a bound that the data breaks, and can't fit those rows: correct them, or move the bound.`;
    const path = own ? ['constraint', name, side] : ['constraint', side];
    return [problem('data.bound-violated', path, message, 'warning')];
  };
  return [...check(column.belowMin, 'min', min, column.min), ...check(column.aboveMax, 'max', max, column.max)];
}

function checkBatches(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  const rows = trainingRows(experiment, facts);
  const isTooLarge = (size: number): boolean => size > rows;
  const message = (size: number): string =>
    `A batch of ${size} is larger than the ${rows === 1 ? 'one row' : `${grouped(rows)} rows`} to train on, so every epoch is a single batch of all rows. Set "batchSize" to ${rows} or less.`;
  const problems: ProblemAtPath[] = [];
  const variants = Object.keys(experiment.variants).map((name) => resolveVariant(experiment, name)!);
  const isOwn = (name: string): boolean =>
    (experiment.variants[name] as { batchSize?: number }).batchSize !== undefined;
  const shared = experiment.training.batchSize;
  if (isTooLarge(shared) && variants.some(({ name }) => !isOwn(name))) {
    problems.push(problem('data.batch-larger-than-data', ['training', 'batchSize'], message(shared), 'warning'));
  }
  for (const { name, training } of variants) {
    if (!isOwn(name) || !isTooLarge(training.batchSize)) continue;
    const path = ['variants', name, 'batchSize'];
    problems.push(problem('data.batch-larger-than-data', path, message(training.batchSize), 'warning'));
  }
  return problems;
}

/** `row 3`, `rows 3 and 5`, `120 rows (the first are 3, 5 and 9)`. */
function inRows(rows: SomeRows): string {
  return rows.count <= rows.first.length ? numbers(rows) : `${grouped(rows.count)} rows (${numbers(rows)})`;
}

/** `row 3`, `rows 3 and 5`, `the first are 3, 5 and 9`. */
function numbers({ count, first }: SomeRows): string {
  const shown = first.map(grouped);
  const list = shown.length <= 1 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  if (count > first.length) return `the first are ${list}`;
  return count === 1 ? `row ${list}` : `rows ${list}`;
}

/** `1,234,567` */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function problem(code: string, path: JsonPath, message: string, severity: Severity = 'error'): ProblemAtPath {
  return { code, severity, message, path };
}
