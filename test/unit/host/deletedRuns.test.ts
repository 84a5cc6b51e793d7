import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeletedRuns } from '../../../extension/host/deletedRuns';
import { type Run, RunStore } from '../../../extension/host/runStore';
import { makeManyRuns } from '../../fixtures/manyRuns';
import { run } from './runFixture';

let runsFolder: string;
let store: RunStore;
let deleted: DeletedRuns;
let runs: Run[];
beforeEach(() => {
  runsFolder = mkdtempSync(path.join(tmpdir(), 'orthant-deleted-'));
  store = new RunStore();
  deleted = new DeletedRuns(store);
  const folders = makeManyRuns({ runsFolder, count: 3, experiment: '/project/weather.orthant.json' });
  runs = folders.map((folder, index) => run({ status: 'finished', isInMemory: false, folder, since: index }));
  store.add(...runs);
});
afterEach(() => rmSync(runsFolder, { recursive: true, force: true }));

const left = () => store.all().map((each) => runs.indexOf(each));

describe('deleting runs', () => {
  test('can be undone, the last deletion first or the one that is named', () => {
    const counts: number[] = [];
    deleted.onDidChange((nDeletions) => counts.push(nDeletions));
    const { deletion: first } = deleted.delete([runs[0]!, runs[1]!]);
    deleted.delete([runs[2]!]);
    expect(left()).toEqual([]);
    expect(deleted.undo(first!).restored).toEqual([runs[0], runs[1]]);
    expect(left()).toEqual([1, 0]);
    expect(deleted.undo(first!)).toEqual({ restored: [], failures: [] });
    deleted.undo();
    expect(left()).toEqual([2, 1, 0]);
    expect(deleted.undo()).toEqual({ restored: [], failures: [] });
    expect(counts).toEqual([1, 2, 1, 0]);
    expect(runs.every(({ state }) => existsSync(path.join(state.folder!, 'summary.json')))).toBe(true);
  });

  test('keeps one that never got a folder in memory', () => {
    const refused = run({ status: 'failed', key: 'refused', since: 9 });
    store.add(refused);
    deleted.delete([refused]);
    expect(store.get('refused')).toBeUndefined();
    deleted.undo();
    expect(store.get('refused')).toBe(refused);
  });

  test('that does not work leaves the run where it is, and says which and why', () => {
    // Root may write everywhere, so a file stands where the trash would be.
    writeFileSync(path.join(runsFolder, '.trash'), '');
    const { deletion, failures } = deleted.delete([runs[0]!]);
    expect(deletion).toBeNull();
    expect(failures).toEqual([expect.stringContaining(`${runs[0]!.state.folder} could not be deleted: `)]);
    expect(left()).toEqual([2, 1, 0]);
  });

  test('that can not be undone keeps the run in the trash', () => {
    const { deletion } = deleted.delete([runs[0]!, runs[1]!]);
    mkdirSync(runs[0]!.state.folder!);
    const { restored, failures } = deleted.undo();
    expect(restored).toEqual([runs[1]]);
    expect(failures).toEqual([expect.stringContaining('could not be put back')]);
    expect(existsSync(path.join(deletion!.runs[0]!.trashed!.place, 'run.json'))).toBe(true);
  });

  test('is for good once the window closes', async () => {
    deleted.delete([runs[0]!, runs[1]!]);
    await deleted.empty();
    expect(readdirSync(runsFolder)).toEqual([path.basename(runs[2]!.state.folder!)]);
    expect(deleted.undo().restored).toEqual([]);
  });
});
