/** The measures of recorded runs (test/fixtures/runs) as tables, read back by DuckDB itself. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeParquet } from '../../../extension/data/parquet';
import { exportCsv } from '../../../extension/export/csv';
import { exportParquet } from '../../../extension/export/parquet';
import type { MeasuredEvent, TrainingEvent } from '../../../extension/protocol/events';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/runs');
const folder = mkdtempSync(path.join(tmpdir(), 'orthant-measures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUN_HEADER = 'run,variant,method,seed,configuration,sweep,assignments';
const HEADER =
  'epoch,step,elapsedMs,split,target,samples,rowsOutside,loss,rmse,mae,r2,negativeShare,violationRate1e-4,violationRate1e-3,violationRate1e-2,minOutput,maxViolation,meanViolation';

/** A run folder of recorded events. */
function writeRun(runs: string, id: string, variant: string, events: string): string {
  const run = path.join(folder, runs, id);
  mkdirSync(run, { recursive: true });
  writeFileSync(
    path.join(run, 'run.json'),
    JSON.stringify({ id, variant, method: variant, experiment: '/x.orthant.json' }),
  );
  writeFileSync(path.join(run, 'events.jsonl'), events);
  return run;
}

function recorded(variant: string): { text: string; measured: MeasuredEvent[] } {
  const text = readFileSync(path.join(FIXTURES, `${variant}.jsonl`), 'utf8');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingEvent);
  return { text, measured: events.filter((event) => event.type === 'measured') };
}

async function query(content: string | Uint8Array, sql: string): Promise<unknown[][]> {
  const file = path.join(folder, 'table.parquet');
  writeFileSync(file, content);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(sql.replace('TABLE', `'${file}'`));
  connection.closeSync();
  return reader.getRowsJson() as unknown[][];
}

describe('The measures of a run', () => {
  const { text, measured } = recorded('penalty');
  const run = writeRun('one', '2026-penalty', 'penalty', text);

  test('are a row per measure, split and target, as CSV', async () => {
    const { content, note } = await exportCsv([run]);
    const lines = String(content).trimEnd().split('\n');
    expect(note).toBeNull();
    expect(lines[0]).toBe(HEADER);
    // Two splits, each with two targets and all of them together.
    expect(lines).toHaveLength(1 + measured.length * 2 * 3);
    const { train } = measured[0]!;
    const { loss, rmse, mae } = train.overall;
    expect(lines[1]).toMatch(
      new RegExp(`^0,0,${measured[0]!.elapsedMs},train,overall,${train.samples},\\d*,${loss},${rmse},${mae},`),
    );
    expect(lines[2]).toMatch(/^0,0,[\d.]+,train,precipitation,/);
  });

  test('have types as Parquet, and the same numbers to the last bit', async () => {
    const { content } = await exportParquet([run]);
    const types = await query(content, 'SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM TABLE)');
    expect(types.map(([name]) => name).join(',')).toBe(HEADER);
    expect(types.slice(0, 7).map(([, type]) => type)).toEqual([
      ...['BIGINT', 'BIGINT', 'DOUBLE', 'VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'],
    ]);
    expect(new Set(types.slice(7).map(([, type]) => type))).toEqual(new Set(['DOUBLE']));
    const losses = await query(
      content,
      "SELECT loss FROM TABLE WHERE split = 'train' AND target = 'overall' ORDER BY step",
    );
    expect(losses.map(([loss]) => loss)).toEqual(measured.map(({ train }) => train.overall.loss));
  });
});

test('A target that is called "overall" keeps its name, and all targets together stand in parentheses', async () => {
  const { text } = recorded('penalty');
  const run = writeRun('collision', '2026-penalty', 'penalty', text.replaceAll('"precipitation"', '"overall"'));
  const { content } = await exportParquet([run]);
  const names = await query(
    content,
    'SELECT target, count(DISTINCT loss) FROM TABLE WHERE step = 0 GROUP BY 1 ORDER BY 1',
  );
  // One loss of each for the training rows, and one for those held out.
  expect(names).toEqual([
    ['(overall)', '2'],
    ['overall', '2'],
    ['wind', '2'],
  ]);
});

describe('The measures of a folder of runs', () => {
  const runs = ['baseline', 'penalty'].map((variant, index) => {
    const { text, measured } = recorded(variant);
    writeRun('several', `2026-0${index}-${variant}`, variant, text);
    return { variant, measured };
  });
  writeRun('several', '2026-02-stillborn', 'stillborn', '');
  mkdirSync(path.join(folder, 'several/notes'));
  copyFileSync(path.join(FIXTURES, 'penalty.jsonl'), path.join(folder, 'several/notes/events.jsonl'));

  test('are one table with columns for the run, the first run first', async () => {
    const { content, note } = await exportCsv([path.join(folder, 'several')]);
    const lines = String(content).trimEnd().split('\n');
    expect(lines[0]).toBe(`${RUN_HEADER},${HEADER}`);
    expect(lines[1]).toMatch(/^2026-00-baseline,baseline,baseline,0,,,,0,0,/);
    expect(lines).toHaveLength(1 + runs.reduce((rows, { measured }) => rows + measured.length * 6, 0));
    expect(note).toBe('Without the run 2026-02-stillborn, which measured nothing.');
    const rows = await query(
      (await exportParquet([path.join(folder, 'several')])).content,
      'SELECT variant, count(DISTINCT step) FROM TABLE GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual(runs.map(({ variant, measured }) => [variant, String(measured.length)]));
  });

  test('are those that were named, one that was named twice once', async () => {
    const [baseline] = runs;
    const one = path.join(folder, 'several/2026-00-baseline');
    const { content } = await exportCsv([one, path.join(folder, 'several/2026-02-stillborn'), one]);
    const lines = String(content).trimEnd().split('\n');
    expect(lines[0]).toBe(`${RUN_HEADER},${HEADER}`);
    expect(lines).toHaveLength(1 + baseline!.measured.length * 6);
  });

  test('are found from the folder of their experiment too', async () => {
    writeRun('project/.orthant/runs', '2026-penalty', 'penalty', recorded('penalty').text);
    const { content } = await exportCsv([path.join(folder, 'project')]);
    expect(String(content)).toMatch(/\n2026-penalty,penalty,penalty,0,,,,0,0,/);
  });

  test('of a sweep say what it set in each, and which of them differ only in their seed', async () => {
    for (const seed of [0, 1]) {
      const sweep = { id: 's', point: seed, assignments: { 'penalty.alpha': 10, 'training.seed': seed } };
      const [started, ...rest] = recorded('penalty').text.trimEnd().split('\n');
      const swept = { ...(JSON.parse(started!) as TrainingEvent), seed, configuration: 'c', sweep };
      writeRun('swept', `2026-0${seed}-penalty`, 'penalty', [JSON.stringify(swept), ...rest].join('\n'));
    }
    const { content } = await exportParquet([path.join(folder, 'swept')]);
    const alpha = `assignments->>'$."penalty.alpha"'`;
    const rows = await query(content, `SELECT DISTINCT seed, configuration, sweep, ${alpha} FROM TABLE ORDER BY seed`);
    expect(rows.map((row) => row.map(String))).toEqual([
      ['0', 'c', 's', '10'],
      ['1', 'c', 's', '10'],
    ]);
  });

  test('are refused where there are none', async () => {
    writeRun('empty', '2026-stillborn', 'stillborn', '');
    await expect(exportCsv([path.join(folder, 'empty/2026-stillborn')])).rejects.toThrow(/ended before its first one/);
    await expect(exportParquet([path.join(folder, 'empty')])).rejects.toThrow(/No run in .* has measured anything/);
    await expect(exportCsv([path.join(folder, 'several/notes')])).rejects.toThrow(
      /is not a run folder, and there is none/,
    );
  });
});

test('A table of other names and values is written as it is', async () => {
  const content = await encodeParquet(
    [
      { name: 'say "x"', kind: 'text' },
      { name: 'n', kind: 'integer' },
      { name: 'value', kind: 'number' },
    ],
    [
      ["it's, \n", 2 ** 40, 0.1],
      [null, null, null],
    ],
  );
  expect(await query(content, 'SELECT * FROM TABLE')).toEqual([
    ["it's, \n", String(2 ** 40), 0.1],
    [null, null, null],
  ]);
});
