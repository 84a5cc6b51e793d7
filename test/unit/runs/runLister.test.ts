import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RUN_FILES } from '../../../extension/protocol/runFiles';
import { listRun, listRuns } from '../../../extension/runs/readRuns';
import { RunLister } from '../../../extension/runs/runLister';
import { changeNotes } from '../../../extension/runs/runNotes';
import { makeManyRuns } from '../../fixtures/manyRuns';

const EXPERIMENT = '/project/weather.orthant.json';
let runsFolder: string;
beforeEach(() => {
  runsFolder = mkdtempSync(path.join(tmpdir(), 'orthant-lister-'));
});
afterEach(() => rmSync(runsFolder, { recursive: true, force: true }));

/** As if it had been so for a while: what has just changed is not remembered. */
function age(folder: string): void {
  const before = new Date(Date.now() - 60_000);
  utimesSync(folder, before, before);
}

describe('A runs folder', () => {
  test('of hundreds is listed newest first, the event loop never held up for long', async () => {
    const folders = makeManyRuns({ runsFolder, count: 600, experiment: EXPERIMENT });
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    const { runs, others } = await new RunLister().list(runsFolder);
    clearInterval(count);
    expect(runs.map(({ folder }) => folder)).toEqual([...folders].reverse());
    expect(runs[0]).toMatchObject({ variant: 'augmented-149', status: 'finished', experiment: EXPERIMENT });
    // 1 + 599 / 600 of what was recorded: the newest run has figures of its own.
    expect(runs[0]!.summary!.train!.overall.rmse / runs[596]!.summary!.train!.overall.rmse).toBeCloseTo(
      (1 + 599 / 600) / (1 + 3 / 600),
    );
    expect(others).toEqual([]);
    expect(turns).toBeGreaterThan(0);
  });

  test('is listed without the networks that runs keep, which one run alone has', async () => {
    const [folder] = makeManyRuns({ runsFolder, count: 1, experiment: EXPERIMENT });
    const [listing] = await listRuns(runsFolder);
    const { snapshots, ...summary } = listRun(folder!)!.summary!;
    expect(snapshots!.best!.step).toBe(summary.steps);
    expect(listing!.summary).toMatchObject(summary);
    // Nor are they missed where they stand elsewhere, as after another program wrote the file anew.
    writeFileSync(path.join(folder!, RUN_FILES.summary), JSON.stringify({ snapshots, ...summary }));
    expect((await listRuns(runsFolder))[0]!.summary).toMatchObject(summary);
  });

  test('is read again only where something changed', async () => {
    const [first, second] = makeManyRuns({ runsFolder, count: 2, experiment: EXPERIMENT });
    for (const folder of [first!, second!]) age(folder);
    const lister = new RunLister();
    const before = (await lister.list(runsFolder)).runs;
    await changeNotes(first!, { title: 'new title' });
    const after = (await lister.list(runsFolder)).runs;
    // The second run is the newer one.
    expect(after[0]).toBe(before[0]);
    expect(after[1]!.notes.title).toBe('new title');
    writeFileSync(path.join(first!, RUN_FILES.notes), '{"formatVersion":1,"title":"by hand"}');
    expect((await lister.list(runsFolder)).runs[1]!.notes.title).toBe('by hand');
    rmSync(second!, { recursive: true });
    expect((await lister.list(runsFolder)).runs).toHaveLength(1);
  });

  test('shows what is no run for what it is, and leaves it as it was', async () => {
    makeManyRuns({ runsFolder, count: 1, experiment: EXPERIMENT });
    const broken = {
      cut: '{ "id": ',
      list: '[]',
      foreign: '{"id": 5, "variant": "x"}',
      nowhere: '{"id":"a","variant":"b"}',
    };
    for (const [name, text] of Object.entries(broken)) {
      mkdirSync(path.join(runsFolder, name));
      writeFileSync(path.join(runsFolder, name, RUN_FILES.run), text);
    }
    mkdirSync(path.join(runsFolder, 'pictures'));
    mkdirSync(path.join(runsFolder, '.new-1-2'));
    writeFileSync(path.join(runsFolder, 'todo.txt'), 'mine');
    const { runs, others } = await new RunLister().list(runsFolder);
    expect(runs).toHaveLength(1);
    const kinds = Object.fromEntries(others.map((other) => [path.basename(other.path), other.kind]));
    expect(kinds).toEqual({
      cut: 'broken',
      list: 'broken',
      foreign: 'broken',
      nowhere: 'broken',
      pictures: 'foreign',
      'todo.txt': 'foreign',
    });
    expect(readdirSync(runsFolder)).toHaveLength(8);
    expect(readFileSync(path.join(runsFolder, 'cut', RUN_FILES.run), 'utf8')).toBe(broken.cut);
  });

  test('lists a run whose summary is cut off or of another program, without figures', async () => {
    const [cut, foreign] = makeManyRuns({ runsFolder, count: 2, experiment: EXPERIMENT });
    const file = path.join(cut!, RUN_FILES.summary);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40));
    writeFileSync(path.join(foreign!, RUN_FILES.summary), '{"status": true}');
    for (const folder of [cut!, foreign!]) {
      const old = new Date(Date.now() - 60_000);
      utimesSync(path.join(folder, RUN_FILES.events), old, old);
    }
    const { runs } = await new RunLister().list(runsFolder);
    expect(runs.map(({ status, summary }) => ({ status, summary }))).toEqual([
      { status: 'lost', summary: null },
      { status: 'lost', summary: null },
    ]);
  });
});
