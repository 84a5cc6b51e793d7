/**
 * The text of a new experiment over one data file, with comments that say what each part is for and why it is as it is.
 * Whatever the columns are called and hold, the text is an experiment that nothing is wrong with.
 */
import type { ColumnProfile } from '../../protocol/columns';
import { type DataQuery, dataQuery } from './dataQuery';
import { type DraftBounds, draftBounds, isNeverNegative } from './draftBounds';
import type { InputProposal } from './proposeInputs';
import type { LeftOut, TargetProposal } from './proposeTargets';
import { arrayLines, commentLines } from './textLines';
import { type TrainingSize, trainingSize } from './trainingSize';
import { type Split, splitOf } from './validation';
import { countOf, grouped, jsonText, listOf, quoted } from './words';

export interface DraftRequest {
  /** As in `data.source`: the data file relative to the experiment's folder, with forward slashes. */
  readonly source: string;
  readonly rows: number;
  /** All columns of the file. */
  readonly columns: readonly ColumnProfile[];
  /** One at least. */
  readonly targets: readonly TargetProposal[];
  /** One at least. */
  readonly inputs: readonly InputProposal[];
  /** Columns that are no input, to be named with their reasons (`notTaken`). */
  readonly leftOut: readonly LeftOut[];
}

const HELD_OUT_SHARE = 0.2;
const NAMED = 8;

export function draftExperiment(request: DraftRequest): string {
  const { rows, columns, targets, inputs } = request;
  const names = columns.map(({ name }) => name);
  const query = dataQuery(rows, names, targets, inputs);
  const { split, trainingRows } = splitFor(columns, rows, query.rows);
  const width = inputs.reduce((sum, { column, derived }) => sum + Math.max(derived.length, column.width), 0);
  const size = trainingSize(trainingRows, width, targets.length);
  return `${[
    ...headLines(request),
    '{',
    ...dataLines(request, query, split),
    '  // Hidden layers; behind them a plain linear one with an output per target, and nothing after it.',
    `  "network": { "hidden": [${size.hidden.join(', ')}], "activation": "relu" },`,
    ...boundLines(draftBounds(targets, query.nameOf)),
    ...trainingLines(size, `${query.gaps.length > 1 ? 'at least ' : ''}${countOf(trainingRows, 'row')}`),
    ...VARIANT_LINES,
    '}',
  ].join('\n')}\n`;
}

/** What is held out: by the data's own word, or a share. With the rows left to train on, at least. */
function splitFor(
  columns: readonly ColumnProfile[],
  rows: number,
  usableRows: number,
): { split: Split | null; trainingRows: number } {
  const split = splitOf(columns);
  // Rows without a value may be all those of one side.
  const lost = rows - usableRows;
  if (split !== null && Math.min(split.heldOut.rows, split.trainingRows) > lost) {
    return { split, trainingRows: split.trainingRows - lost };
  }
  return { split: null, trainingRows: usableRows - Math.max(1, Math.round(usableRows * HELD_OUT_SHARE)) };
}

function headLines({ source, targets }: DraftRequest): string[] {
  const names = listOf(
    targets.map(({ column }) => quoted(column.name)),
    4,
  );
  const kept = targets.every(isNeverNegative) ? 'at 0 or above' : 'inside bounds';
  return [
    ...commentLines('', `Predicts ${names}, ${kept}, from ${quoted(source)}.`),
    '// In VS Code, Train stands above each variant, and a hover over a field says what it does.',
  ];
}

function dataLines(request: DraftRequest, query: DataQuery, split: Split | null): string[] {
  const { source, rows, targets, leftOut } = request;
  return [
    '  // Which columns of which file.',
    '  "data": {',
    `    "source": ${jsonText(source)}, // ${countOf(rows, 'row')}`,
    ...queryLines(query, request),
    '    // What the network takes.',
    ...noteLines(
      'Not taken',
      leftOut.map(({ column, reason }) => `${quoted(column)} ${reason}`),
    ),
    ...arrayLines('    ', 'inputs', query.inputs),
    ...noteLines(
      'What it learns to give',
      targets.map(({ column, detail }) => `${quoted(column.name)} (${detail})`),
    ),
    ...arrayLines('    ', 'targets', targets.map(query.nameOf)),
    '    // Held out and never trained on, to see how far new rows keep the bounds.',
    split === null
      ? `    "validation": ${HELD_OUT_SHARE}`
      : `    "validation": { "column": ${jsonText(split.column)}, "equals": ${jsonText(split.heldOut.value)} }`,
    '  },',
  ];
}

function queryLines({ sql, gaps }: DataQuery, { targets, inputs }: DraftRequest): string[] {
  if (sql === null) return [];
  const made = inputs.filter(({ column, derived }) => derived.length > 0 || column.madeBy !== undefined);
  return [
    '    // SQL (DuckDB) over the table source, which is the file as it is.',
    ...noteLines(
      'Numbers made',
      [...targets.filter(({ column }) => column.madeBy !== undefined), ...made].map(
        ({ column, detail }) => `${quoted(column.name)} (${detail})`,
      ),
    ),
    ...noteLines(
      'Rows left out for want of a value',
      gaps.map((gap) => `${quoted(gap.column)} (${grouped(gap.rows)})`),
    ),
    `    "query": ${jsonText(sql)},`,
  ];
}

function boundLines({ fields, notes }: DraftBounds): string[] {
  return [
    `  // What every output must keep, in the targets' own units. Bounds of one target replace them:`,
    '  // "its name": { "min": 0, "max": 60 }.',
    ...notes.slice(0, NAMED).flatMap((note) => commentLines('  ', `${note}.`)),
    `  "constraint": { ${fields.join(', ')} },`,
  ];
}

function trainingLines({ learningRate, batchSize, epochs }: TrainingSize, rows: string): string[] {
  return [
    `  // How every variant trains unless it says otherwise: ${countOf(epochs, 'epoch')} over ${rows}.`,
    '  // The learning rate falls to 0 along a cosine, which settles outputs at their bounds.',
    '  "training": {',
    '    "optimizer": "adam",',
    `    "learningRate": ${learningRate},`,
    '    "schedule": "cosine",',
    `    "batchSize": ${batchSize},`,
    `    "epochs": ${epochs},`,
    '    "seed": 0',
    '  },',
  ];
}

const VARIANT_LINES = [
  '  // Ways to train, to be compared. Each may change anything of "training" for itself.',
  '  "variants": {',
  '    // Nothing keeps the outputs inside: what the others lose beside it is the price of the bounds.',
  '    "baseline": { "method": "unconstrained" },',
  '    // Adds alpha times the squared violation to the loss: fewer and smaller ones, none ruled out.',
  '    "penalty": { "method": "penalty", "alpha": 10 },',
  '    // A multiplier per sample and output: inside on the training rows once it has converged.',
  '    "augmented": { "method": "augmented-lagrangian" }',
  '  }',
];

function noteLines(what: string, parts: readonly string[]): string[] {
  if (parts.length === 0) return [];
  const more = parts.length > NAMED ? `; and ${parts.length - NAMED} more` : '';
  return commentLines('    ', `${what}: ${parts.slice(0, NAMED).join('; ')}${more}.`);
}
