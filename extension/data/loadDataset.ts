/** From an experiment's data section to values in memory, or to problems that say why not. */
import { createHash } from 'node:crypto';
import { DuckDBBooleanVector, type DuckDBDataChunk, DuckDBFloatVector, DuckDBListVector } from '@duckdb/node-api';
import type { ProblemAtPath } from '../experiment/problems';
import { boundsOf, type Experiment } from '../experiment/schema';
import { chooseBinEdges } from '../protocol/histogram';
import { checkFacts } from './checks';
import { heldOutCondition } from './columns';
import type { Database } from './database';
import type { Dataset, Split } from './dataset';
import { describeFailure } from './errors';
import { type SplitIndices, splitByMark, splitByShare } from './split';
import { moments, scalingOf } from './standardize';
import { type ColumnFacts, type Facts, findSource, surveyData, withDatabase } from './survey';

export interface LoadedData {
  /** `null` when a problem is an error. */
  dataset: Dataset | null;
  problems: ProblemAtPath[];
}

/** `directory` is the experiment's folder; `seed` draws the split; a query may take `seconds`. Throws only for what is no fault of the data. */
export async function loadDataset(
  experiment: Experiment,
  { directory, seed, seconds = 120 }: { directory: string; seed: number; seconds?: number },
): Promise<LoadedData> {
  return withDatabase(experiment, directory, async (database): Promise<LoadedData> => {
    const found = await findSource(database, experiment, directory);
    if (found.source === null) return { dataset: null, problems: found.problems };
    const { facts, problems } = await surveyData(database, experiment, found.source, { seconds });
    if (facts === null) return { dataset: null, problems: [...problems] };
    const checked = checkFacts(experiment, facts);
    if (checked.some(({ severity }) => severity === 'error')) return { dataset: null, problems: checked };
    return { dataset: await readDataset(database, experiment, facts, seed), problems: checked };
  }).catch((error: unknown): LoadedData => ({ dataset: null, problems: [describeFailure(error)] }));
}

async function readDataset(database: Database, experiment: Experiment, facts: Facts, seed: number): Promise<Dataset> {
  const { inputs, targets, validation, standardize } = experiment.data;
  const columnOf = (name: string): ColumnFacts => facts.columns.find((column) => column.name === name)!;
  const inputColumns = inputs.map(columnOf);
  const targetColumns = targets.map(columnOf);
  const indices =
    typeof validation === 'number'
      ? splitByShare(facts.rows, validation, seed)
      : splitByMark(await readMarks(database, facts.rows, heldOutCondition(validation)));
  const inputWidths = inputColumns.map(({ width }) => width);
  const targetWidths = targetColumns.map(() => 1);
  const { train, validation: heldOut } = await readSplits(database, inputColumns, targetColumns, facts.rows, indices);

  const wanted = typeof standardize === 'boolean' ? { inputs: standardize, targets: standardize } : standardize;
  const targetMoments = moments(train.targets, targetWidths);
  return {
    inputSize: inputWidths.reduce((sum, width) => sum + width, 0),
    targets: targets.map((name, index) => ({
      name,
      mean: targetMoments[index]!.mean,
      standardDeviation: targetMoments[index]!.deviation,
      edges: chooseBinEdges(everyNth(train.targets, targets.length, index), boundsOf(experiment, name)),
    })),
    train,
    validation: heldOut,
    inputScaling: scalingOf(moments(train.inputs, inputWidths), inputWidths, wanted.inputs),
    targetScaling: scalingOf(targetMoments, targetWidths, wanted.targets),
    fingerprint: fingerprint(train, heldOut),
  };
}

async function readMarks(database: Database, rows: number, condition: string): Promise<Uint8Array> {
  const marks = new Uint8Array(rows);
  let row = 0;
  for await (const chunk of database.chunks(`SELECT ${condition} FROM selected`)) {
    const vector = chunk.getColumnVector(0);
    if (!(vector instanceof DuckDBBooleanVector)) throw new Error('internal: the mark of a held-out row is no boolean');
    for (let index = 0; index < chunk.rowCount; index++) marks[row++] = vector.getItem(index) === true ? 1 : 0;
  }
  return marks;
}

/** Reads column by column within chunks, straight to where each value stays: no row object, no second copy. */
async function readSplits(
  database: Database,
  inputs: readonly ColumnFacts[],
  targets: readonly ColumnFacts[],
  rows: number,
  indices: SplitIndices,
): Promise<{ train: Split; validation: Split }> {
  const inputSize = inputs.reduce((sum, { width }) => sum + width, 0);
  const train = emptySplit(indices.train, inputSize, targets.length);
  const validation = emptySplit(indices.validation, inputSize, targets.length);
  // Place of each row in its split; held-out rows as −1 − place.
  const places = new Int32Array(rows);
  indices.train.forEach((row, place) => {
    places[row] = place;
  });
  indices.validation.forEach((row, place) => {
    places[row] = -1 - place;
  });

  const expressions = [...inputs, ...targets].map(
    ({ value, isList }) => `CAST(${value} AS FLOAT${isList ? '[]' : ''})`,
  );
  let row = 0;
  for await (const chunk of database.chunks(`SELECT ${expressions.join(', ')} FROM selected`)) {
    let column = 0;
    const copy = (columns: readonly ColumnFacts[], into: 'inputs' | 'targets', stride: number): void => {
      let first = 0;
      for (const { width } of columns) {
        const read = reader(chunk, column++);
        for (let index = 0; index < chunk.rowCount; index++) {
          const place = places[row + index]!;
          const split = place < 0 ? validation : train;
          read(index, width, split[into], (place < 0 ? -1 - place : place) * stride + first);
        }
        first += width;
      }
    };
    copy(inputs, 'inputs', inputSize);
    copy(targets, 'targets', targets.length);
    row += chunk.rowCount;
  }
  if (row !== rows) throw new Error(`internal: ${rows} rows were counted and ${row} read`);
  return { train, validation };
}

type Reader = (row: number, width: number, into: Float32Array, at: number) => void;

function reader(chunk: DuckDBDataChunk, column: number): Reader {
  const vector = chunk.getColumnVector(column);
  if (vector instanceof DuckDBFloatVector) {
    return (row, _width, into, at) => {
      into[at] = vector.getItem(row)!;
    };
  }
  if (vector instanceof DuckDBListVector && vector.childVector instanceof DuckDBFloatVector) {
    const elements = vector.childVector;
    return (row, width, into, at) => {
      const offset = vector.getEntryOffset(row);
      for (let index = 0; index < width; index++) into[at + index] = elements.getItem(offset + index)!;
    };
  }
  throw new Error(`internal: column ${column} came as ${vector.type} and not as FLOAT`);
}

function emptySplit(indices: Uint32Array, inputSize: number, targets: number): Split {
  return {
    count: indices.length,
    inputs: new Float32Array(indices.length * inputSize),
    targets: new Float32Array(indices.length * targets),
    rowNumbers: indices.map((index) => index + 1),
  };
}

function everyNth(values: Float32Array, stride: number, first: number): Float32Array {
  const column = new Float32Array(values.length / stride);
  for (let row = 0; row < column.length; row++) column[row] = values[row * stride + first]!;
  return column;
}

function fingerprint(train: Split, validation: Split): string {
  const hash = createHash('sha256');
  for (const { count, inputs, targets } of [train, validation]) {
    hash.update(JSON.stringify([count, inputs.length, targets.length]));
    hash.update(new Uint8Array(inputs.buffer)).update(new Uint8Array(targets.buffer));
  }
  return hash.digest('hex');
}
