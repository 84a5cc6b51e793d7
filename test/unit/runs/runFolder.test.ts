import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MeasuredEvent, TrainingEvent } from '../../../extension/protocol/events';
import { RUN_FILES, type RunFile } from '../../../extension/protocol/runFiles';
import { ownProcessStart } from '../../../extension/runs/liveness';
import { listRuns, readRun } from '../../../extension/runs/readRuns';
import { RunFolderError, RunWriter } from '../../../extension/runs/writeRun';

let runsFolder: string;
beforeEach(() => {
  runsFolder = path.join(mkdtempSync(path.join(tmpdir(), 'orthant-runs-')), '.orthant/runs');
});
afterEach(() => rmSync(path.resolve(runsFolder, '../..'), { recursive: true, force: true }));

const run = (changes: Partial<RunFile> = {}): Omit<RunFile, 'id'> => ({
  formatVersion: 1,
  experiment: '/project/weather.orthant.json',
  variant: 'penalty',
  method: 'penalty',
  resolved: {},
  engine: { name: 'wasm', version: '4.22.0', reason: 'asked for by name' },
  versions: { orthant: '0.1.0', node: '20.0.0' },
  dataFingerprint: 'abc',
  seed: 0,
  pid: process.pid,
  processStarted: ownProcessStart(),
  host: hostname(),
  started: '2026-11-20T21:55:43.412Z',
  ...changes,
});
const log = (message: string): TrainingEvent => ({ type: 'log', time: 1, level: 'info', message });

describe('A run folder', () => {
  test('has an id that sorts by time and names the variant, and holds the experiment as it was', () => {
    const { writer, run: file } = RunWriter.create(runsFolder, run({ variant: 'c = 0.5/ä' }), '{ /* text */ }');
    writer.close();
    expect(file.id).toBe('2026-11-20T21-55-43.412Z-c-0.5-ä');
    expect(readdirSync(runsFolder)).toEqual([file.id]);
    expect(readFileSync(path.join(writer.folder, RUN_FILES.experiment), 'utf8')).toBe('{ /* text */ }');
  });

  test('of a second run in the same millisecond gets the next one', () => {
    const ids = [1, 2, 3].map(() => {
      const { writer, run: file } = RunWriter.create(runsFolder, run(), '');
      writer.close();
      return file.id;
    });
    expect(new Set(ids).size).toBe(3);
    expect([...ids].sort()).toEqual(ids);
  });

  test('that can not be made is an error with folder, reason and remedy, and leaves nothing behind', () => {
    mkdirSync(path.dirname(runsFolder), { recursive: true });
    writeFileSync(runsFolder, 'a file where the folder should be');
    expect(() => RunWriter.create(runsFolder, run(), '')).toThrow(RunFolderError);
    expect(() => RunWriter.create(runsFolder, run(), '')).toThrow(/is a file, not a folder.*--runs/);
    expect(readdirSync(path.dirname(runsFolder))).toEqual(['runs']);
  });

  test('gives back the events written, without a last line that a kill cut off', async () => {
    const { writer } = RunWriter.create(runsFolder, run(), '');
    writer.append(log('one'));
    writer.append(log('two'));
    writer.close();
    appendFileSync(path.join(writer.folder, RUN_FILES.events), '{"type":"log","time":2,"mess');
    const state = await readRun(writer.folder);
    expect(state.log.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  test('keeps an event of a newer version from hiding the rest', async () => {
    const { writer } = RunWriter.create(runsFolder, run(), '');
    writer.append({ type: 'dreamed', time: 1 } as unknown as MeasuredEvent);
    writer.append(log('after'));
    writer.close();
    expect((await readRun(writer.folder)).log).toHaveLength(1);
  });

  test('of an earlier version opens, with null for what was not measured then', async () => {
    const earlier = readFileSync(path.join(import.meta.dirname, '../../fixtures/earlierRuns/violationRates.jsonl'));
    const { writer } = RunWriter.create(runsFolder, run(), '');
    writer.close();
    writeFileSync(path.join(writer.folder, RUN_FILES.events), earlier);
    const { measured, ended } = await readRun(writer.folder);
    expect(measured[0]!.train).toMatchObject({ samples: 1169, rowsOutside: null });
    expect(measured[0]!.train.targets.wind).toMatchObject({ negativeShare: 0, 'violationRate1e-2': null });
    expect(ended!.summary.snapshots).toBeNull();

    const { summary } = JSON.parse(String(earlier).trim().split('\n').at(-1)!);
    writeFileSync(path.join(writer.folder, RUN_FILES.summary), JSON.stringify(summary));
    const [listing] = await listRuns(runsFolder);
    expect(listing!.summary).toMatchObject({ snapshots: null, validation: { rowsOutside: null } });
    expect(listing!.summary).toEqual(ended!.summary);
  });

  test('is running while its process lives and beats', async () => {
    const { writer } = RunWriter.create(runsFolder, run(), '');
    expect((await listRuns(runsFolder))[0]!.status).toBe('running');
    writer.close();
  });

  test.for([
    ['whose process is gone', { pid: 2 ** 22 + 12345 }],
    ['whose pid now belongs to a process that started later', { processStarted: ownProcessStart() - 3_600_000 }],
  ] as const)('%s is lost, and says so when read', async ([, changes]) => {
    const { writer } = RunWriter.create(runsFolder, run(changes), '');
    writer.close();
    writeFileSync(path.join(writer.folder, RUN_FILES.log), 'the heap is full\nabout to fall\n');
    const [listed] = await listRuns(runsFolder);
    expect(listed!.status).toBe('lost');
    const state = await readRun(writer.folder);
    expect(state.status).toBe('lost');
    // With its last words, which lists do without.
    expect(state.error).toMatch(/is gone .*\nthe heap is full\nabout to fall$/);
    expect(listed!.error).toBe(state.error!.split('\n')[0]);
  });

  test('says the last words of a log only that is its own or the editor’s, whatever file it names', async () => {
    const folder = path.resolve(runsFolder, '../..');
    const logs = path.join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(path.join(logs, 'own.log'), 'out of memory\n');
    writeFileSync(path.join(folder, 'secret'), 'a password\n');
    const lastWords = async (log: string) => {
      const { writer } = RunWriter.create(runsFolder, run({ pid: 2 ** 22 + 12345, log }), '');
      writer.close();
      return (await readRun(writer.folder, logs)).error!.split('\n').slice(1);
    };
    expect(await lastWords(path.join(logs, 'own.log'))).toEqual(['out of memory']);
    expect(await lastWords(path.join(folder, 'secret'))).toEqual([]);
    expect(await lastWords(`${logs}/../secret`)).toEqual([]);
    expect(await lastWords(5 as unknown as string)).toEqual([]);
    symlinkSync(path.join(folder, 'secret'), path.join(logs, 'link.log'));
    expect(await lastWords(path.join(logs, 'link.log'))).toEqual([]);
    expect(await lastWords(logs)).toEqual([]);
  });

  test('of another host is alive by its heartbeat alone', async () => {
    const { writer } = RunWriter.create(runsFolder, run({ host: 'elsewhere', pid: 1 }), '');
    writer.close();
    expect((await listRuns(runsFolder))[0]!.status).toBe('running');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path.join(writer.folder, RUN_FILES.events), longAgo, longAgo);
    expect((await listRuns(runsFolder))[0]!.status).toBe('lost');
  });

  test('is listed newest first, and foreign files beside it are passed over', async () => {
    for (const started of ['2026-11-20T10:00:00.000Z', '2026-11-20T12:00:00.000Z']) {
      RunWriter.create(runsFolder, run({ started }), '').writer.close();
    }
    mkdirSync(path.join(runsFolder, 'holiday-pictures'));
    writeFileSync(path.join(runsFolder, 'notes.txt'), 'mine');
    mkdirSync(path.join(runsFolder, 'broken'));
    writeFileSync(path.join(runsFolder, 'broken', RUN_FILES.run), '{ "id": ');
    expect((await listRuns(runsFolder)).map(({ id }) => id.slice(11, 13))).toEqual(['12', '10']);
    expect(await listRuns(path.join(runsFolder, 'nowhere'))).toEqual([]);
  });
});
