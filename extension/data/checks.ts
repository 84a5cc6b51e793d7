/** What the facts about the data mean for the experiment: problems, each with its place and remedy. */
import { HOLD_OUT_A_SHARE } from '../experiment/checks';
import { float32Step, isTooFine } from '../experiment/fineness';
import { changeTo, preferred, setField, withFixes } from '../experiment/fixes';
import { listNames, nearestNames } from '../experiment/names';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import { boundsOf, type Experiment, resolveVariant } from '../experiment/schema';
import type { ExperimentEdit, ProblemFix, Severity } from '../protocol/problems';
import { checkPenalties } from './alphaScale';
import { pathOfColumn } from './columns';
import { changeQuery, dropColumn, hasOwnBounds, moveBound } from './dataFixes';
import { checkLearningRates } from './learningRateScale';
import { readableIdentifier } from './sql';
import type { ColumnFacts, Facts, SomeRows } from './survey';
import { trainingRows } from './trainingScale';

export function checkFacts(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  if (facts.rows === 0) return [noRows(experiment)];
  const broken = facts.columns.flatMap((column) => checkCells(experiment, facts, column));
  const split = checkSplit(experiment, facts);
  if (broken.length > 0 || split.some(({ severity }) => severity === 'error')) return [...broken, ...split];
  return [
    ...split,
    ...facts.columns.flatMap((column) => checkSpread(experiment, facts, column)),
    ...facts.columns.flatMap((column) => checkFineness(experiment, column)),
    ...facts.columns.flatMap((column) => checkBounds(experiment, facts, column)),
    ...checkBatches(experiment, facts),
    ...checkLearningRates(experiment, facts),
    ...checkPenalties(experiment, facts),
  ];
}

function noRows({ data }: Experiment): ProblemAtPath {
  if (data.query !== undefined) {
    return problem('data.no-rows', ['data', 'query'], 'The query gives no row. Check its WHERE and the data.');
  }
  return problem('data.no-rows', ['data', 'source'], 'The data has a header and no rows. Add rows below it.');
}

function checkCells(experiment: Experiment, { rows }: Facts, column: ColumnFacts): ProblemAtPath[] {
  const { name, isList, width, empty, notANumber, tooLarge, otherLength } = column;
  const path = pathOfColumn(experiment.data, name);
  const sql = readableIdentifier(name);
  const problems: ProblemAtPath[] = [];
  const leaveOut = ({ count }: SomeRows, condition: string): ProblemFix[] =>
    count === rows ? [] : [changeQuery(experiment, `Leave out ${these(count)}`, { keep: { name, condition } })];
  if (empty.count > 0) {
    const [what, whole] = isList
      ? ['has empty lists or elements', `len(${sql}) = list_count(${sql})`]
      : ['is empty', `${sql} IS NOT NULL`];
    const filled = `coalesce(${sql}, 0)`;
    const fill = isList ? '' : `, fill them in "query", such as SELECT * REPLACE (${filled} AS ${sql}) FROM source`;
    const message = `The column "${name}" ${what} in ${inRows(empty)}. Correct the data${fill}, or leave such rows out${isList ? ' in "query"' : ''}: SELECT * FROM source WHERE ${whole}.`;
    const fillIn = changeQuery(experiment, 'Fill in 0', { replace: { name, sql: filled } });
    const fixes = [...leaveOut(empty, whole), ...(isList ? [] : [fillIn])];
    problems.push(problem('data.empty-cells', path, message, fixes));
  }
  if (notANumber.count > 0) {
    const isNumber = `NOT isnan(${sql})`;
    const leave = isList ? '' : `, or leave such rows out in "query": SELECT * FROM source WHERE ${isNumber}`;
    const message = `The column "${name}" is NaN (not a number) in ${inRows(notANumber)}. Correct the data${leave}.`;
    problems.push(problem('data.not-a-number', path, message, isList ? [] : leaveOut(notANumber, isNumber)));
  }
  if (tooLarge.count > 0) {
    const isSmall = `abs(${sql}) < 1e30`;
    const leave = isList ? '' : `, or leave such rows out in "query": SELECT * FROM source WHERE ${isSmall}`;
    const message = `The column "${name}" is infinite, or too large for the 32-bit numbers that networks use, in ${inRows(tooLarge)}. Correct the data${leave}.`;
    problems.push(problem('data.not-finite', path, message, isList ? [] : leaveOut(tooLarge, isSmall)));
  }
  if (otherLength.count > 0) {
    const isLong = `len(${sql}) = ${width}`;
    const message = `The lists of "${name}" must all be of one length. Row 1 has ${width === 1 ? '1 element' : `${width} elements`}, and ${inRows(otherLength)} ${otherLength.count === 1 ? 'has' : 'have'} another number. Correct the data, or leave such rows out in "query": SELECT * FROM source WHERE ${isLong}.`;
    problems.push(problem('data.list-lengths', path, message, leaveOut(otherLength, isLong)));
  } else if (width === 0 && empty.count === 0) {
    problems.push(problem('data.list-lengths', path, `The lists of "${name}" have no elements.`));
  }
  return problems;
}

function these(count: number): string {
  return count === 1 ? 'this row' : `these ${grouped(count)} rows`;
}

function checkSplit({ data }: Experiment, { rows, heldOut }: Facts): ProblemAtPath[] {
  const { validation } = data;
  if (typeof validation === 'number') {
    if (rows > 1) return [];
    const lead = 'The data has one row, so every target is constant and the network can only learn that one value.';
    if (validation === 0) return [problem('data.one-row', ['data', 'source'], `${lead} Add rows.`, [], 'warning')];
    const message = `The data has one row, and a share of ${validation} is to be held out for validation, which leaves nothing to train on. Add rows, or set "validation": 0 to train on that row alone.`;
    const place = ['data', 'validation'];
    return [problem('data.one-row', place, message, [setField(place, 0)])];
  }
  const { column, equals } = validation;
  const path = ['data', 'validation', 'equals'];
  const wanted = JSON.stringify(equals);
  if (heldOut!.count === 0) {
    const message = `No row has ${wanted} in the column "${column}", so nothing would be held out. Its values are ${listNames(heldOut!.values, 'and', 5)}.`;
    const fixes = [...existingValues(equals, heldOut!.values).map((value) => changeTo(path, value)), HOLD_OUT_A_SHARE];
    return [problem('data.no-validation-rows', path, message, fixes)];
  }
  if (heldOut!.count === rows) {
    const message = `Every row has ${wanted} in the column "${column}", so all would be held out and none is left to train on. Choose another value or column.`;
    return [problem('data.no-training-rows', path, message, [HOLD_OUT_A_SHARE])];
  }
  return [];
}

/** Values near the one that was asked for; of a column with one value, that would hold out all rows. */
function existingValues(equals: string | number | boolean, values: readonly string[]): (string | number)[] {
  if (values.length < 2) return [];
  const isNumber = typeof equals === 'number';
  return nearestNames(String(equals), values).map((value) =>
    isNumber && !Number.isNaN(Number(value)) ? Number(value) : value,
  );
}

function checkSpread(experiment: Experiment, { rows }: Facts, column: ColumnFacts): ProblemAtPath[] {
  const { data } = experiment;
  const { name, min, max, width } = column;
  if (rows < 2 || min !== max) return [];
  const path = pathOfColumn(data, name);
  const removal = dropColumn(experiment, name);
  if (data.targets.includes(name)) {
    const message = `The target "${name}" is ${min} in every row, so there is nothing to learn about it.`;
    return [problem('data.constant-target', path, message, removal === null ? [] : [removal], 'warning')];
  }
  const cells = width > 1 ? 'in every element of every row' : 'in every row';
  const message = `The input "${name}" is ${min} ${cells} and tells the network nothing. It can't be divided by its standard deviation of 0, so 1 is taken instead. Remove it from "inputs".`;
  return [problem('data.constant-input', path, message, removal === null ? [] : [preferred(removal)], 'warning')];
}

/** Far from 0, 32-bit numbers lie so far apart that close values become one. */
function checkFineness(experiment: Experiment, { name, isList, min, max }: ColumnFacts): ProblemAtPath[] {
  const { data } = experiment;
  if (min === null || max === null || !isTooFine(min, max)) return [];
  const step = float32Step(Math.max(Math.abs(min), Math.abs(max)));
  const sql = readableIdentifier(name);
  const offset = Math.floor(min);
  const shifted = (value: string): string => (offset < 0 ? `${value} + ${-offset}` : `${value} - ${offset}`);
  const remedy = isList ? `list_transform(${sql}, lambda v: ${shifted('v')})` : shifted(sql);
  const isTarget = data.targets.includes(name);
  const message = `The column "${name}" goes from ${min} to ${max}, where the 32-bit numbers that networks use lie ${step} apart: rounding would blur its values. Subtract an offset in "query", such as ${remedy} AS ${sql}${isTarget ? ', and move its bounds by as much' : ''}.`;
  const shift = changeQuery(experiment, offset < 0 ? `Add ${-offset} to it` : `Subtract ${offset} from it`, {
    replace: { name, sql: remedy },
  });
  const edits = [...shift.edits, ...(isTarget ? boundsMovedBy(experiment, name, -offset) : [])];
  return [problem('data.too-fine', pathOfColumn(data, name), message, [{ ...shift, edits }])];
}

function boundsMovedBy(experiment: Experiment, target: string, offset: number): ExperimentEdit[] {
  const bounds = boundsOf(experiment, target);
  const moved = Object.entries(bounds).flatMap(([side, limit]) => (limit === null ? [] : [[side, limit + offset]]));
  if (moved.length === 0) return [];
  // Its own bounds say both sides, in place of the general ones.
  return [{ kind: 'set', path: ['constraint', target], value: Object.fromEntries(moved) }];
}

function checkBounds(experiment: Experiment, { rows }: Facts, column: ColumnFacts): ProblemAtPath[] {
  const { name } = column;
  const { min, max } = boundsOf(experiment, name);
  const own = hasOwnBounds(experiment, name);
  const sql = readableIdentifier(name);
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
    const condition = `${sql} ${side === 'min' ? '>=' : '<='} ${limit}`;
    const fixes = [
      changeQuery(experiment, `Leave out ${these(outside.count)}`, { keep: { name, condition } }),
      moveBound(experiment, name, side, extreme!),
    ];
    return [problem('data.bound-violated', path, message, outside.count === rows ? fixes.slice(1) : fixes, 'warning')];
  };
  return [...check(column.belowMin, 'min', min, column.min), ...check(column.aboveMax, 'max', max, column.max)];
}

function checkBatches(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  const rows = trainingRows(experiment, facts);
  const isTooLarge = (size: number): boolean => size > rows;
  const message = (size: number): string =>
    `A batch of ${size} is larger than the ${rows === 1 ? 'one row' : `${grouped(rows)} rows`} to train on, so every epoch is a single batch of all rows. Set "batchSize" to ${rows} or less.`;
  const tooLarge = (path: JsonPath, size: number): ProblemAtPath =>
    problem('data.batch-larger-than-data', path, message(size), [preferred(setField(path, rows))], 'warning');
  const problems: ProblemAtPath[] = [];
  const variants = Object.keys(experiment.variants).map((name) => resolveVariant(experiment, name)!);
  const isOwn = (name: string): boolean =>
    (experiment.variants[name] as { batchSize?: number }).batchSize !== undefined;
  const shared = experiment.training.batchSize;
  if (isTooLarge(shared) && variants.some(({ name }) => !isOwn(name))) {
    problems.push(tooLarge(['training', 'batchSize'], shared));
  }
  for (const { name, training } of variants) {
    if (!isOwn(name) || !isTooLarge(training.batchSize)) continue;
    const path = ['variants', name, 'batchSize'];
    problems.push(tooLarge(path, training.batchSize));
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

function problem(
  code: string,
  path: JsonPath,
  message: string,
  fixes: readonly ProblemFix[] = [],
  severity: Severity = 'error',
): ProblemAtPath {
  return { code, severity, message, path, ...withFixes(fixes) };
}
