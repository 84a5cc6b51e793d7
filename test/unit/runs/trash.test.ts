import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listRuns } from '../../../extension/runs/readRuns';
import { RunLister } from '../../../extension/runs/runLister';
import { abandonedRuns, finishRemovals, moveToTrash, putBack, removeTrashed } from '../../../extension/runs/trash';
import { makeManyRuns } from '../../fixtures/manyRuns';

let runsFolder: string;
let folders: string[];
beforeEach(() => {
  runsFolder = mkdtempSync(path.join(tmpdir(), 'orthant-trash-'));
  folders = makeManyRuns({ runsFolder, count: 2, experiment: '/project/weather.orthant.json' });
});
afterEach(() => rmSync(runsFolder, { recursive: true, force: true }));

/** Everything under the runs folder. */
function everything(): string[] {
  return readdirSync(runsFolder, { recursive: true, encoding: 'utf8' }).sort();
}

/** As if the window that deleted had been killed: its part of the trash under the name of a process that is gone. */
function killOwner(): void {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const trash = path.join(runsFolder, '.trash');
  const [part] = readdirSync(trash);
  renameSync(path.join(trash, part!), path.join(trash, `${hostname().replaceAll('_', '-')}_${pid}_1`));
}

describe('A deleted run', () => {
  test('leaves the list at once, and comes back as it was', async () => {
    const before = everything();
    const trashed = moveToTrash(folders[0]!)!;
    expect((await listRuns(runsFolder)).map(({ folder }) => folder)).toEqual([folders[1]]);
    expect((await new RunLister().list(runsFolder)).others).toEqual([]);
    putBack(trashed);
    expect(everything().filter((entry) => entry !== '.trash')).toEqual(before);
  });

  test('is removed for good when nothing can be undone any more, and no trash is left', async () => {
    const trashed = folders.map((folder) => moveToTrash(folder)!);
    await removeTrashed(trashed);
    expect(everything()).toEqual([]);
    // Once more, as two windows might.
    await removeTrashed(trashed);
    expect(everything()).toEqual([]);
  });

  test('does not come back over something that has taken its place', () => {
    const trashed = moveToTrash(folders[0]!)!;
    mkdirSync(folders[0]!);
    expect(() => putBack(trashed)).toThrow(/exists again/);
    expect(existsSync(path.join(trashed.place, 'run.json'))).toBe(true);
  });

  test('of a name that was deleted before has its own place in the trash, and both can be removed or abandoned', async () => {
    const first = moveToTrash(folders[0]!)!;
    makeManyRuns({ runsFolder, count: 1, experiment: '/project/weather.orthant.json' });
    const second = moveToTrash(folders[0]!)!;
    expect(second.place).not.toBe(first.place);
    expect(abandonedRuns(runsFolder)).toEqual([]);
    putBack(second);
    expect(() => putBack(first)).toThrow(/exists again/);
    expect(await removeTrashed([first])).toEqual([]);
    expect(everything().some((entry) => entry.includes('.trash/'))).toBe(false);
  });

  test('that can not be removed says why, stays for the next window, and holds up no other', async () => {
    const trashed = folders.map((folder) => moveToTrash(folder)!);
    // A name that is a file where a folder of the trash should be.
    const odd = { folder: folders[0]!, place: path.join(trashed[0]!.place, 'run.json', 'x') };
    expect(await removeTrashed([odd, ...trashed])).toEqual([expect.stringContaining('ENOTDIR')]);
    expect(existsSync(path.join(runsFolder, '.trash'))).toBe(false);
  });

  test('that is gone already brings no folder back', () => {
    rmSync(runsFolder, { recursive: true });
    expect(moveToTrash(folders[0]!)).toBeNull();
    expect(existsSync(runsFolder)).toBe(false);
  });

  test('of a window that was killed stays, and can be put back by the next one', async () => {
    for (const folder of folders) moveToTrash(folder);
    // This window lives, so its trash is nobody else's business.
    expect(abandonedRuns(runsFolder)).toEqual([]);
    killOwner();
    const abandoned = abandonedRuns(runsFolder);
    expect(abandoned.map(({ folder }) => folder)).toEqual(folders);
    for (const run of abandoned) putBack(run);
    expect(await listRuns(runsFolder)).toHaveLength(2);
  });

  test('of another machine, and files of other programs in the trash, are left alone', async () => {
    const trash = path.join(runsFolder, '.trash');
    for (const part of ['elsewhere_1_1', 'mine', '1_2_3_4']) {
      mkdirSync(path.join(trash, part, 'run'), { recursive: true });
    }
    writeFileSync(path.join(trash, 'todo.txt'), 'mine');
    expect(abandonedRuns(runsFolder)).toEqual([]);
    await finishRemovals(runsFolder);
    expect(readdirSync(trash)).toHaveLength(4);
  });

  test('whose removal a kill cut off is never put back as half of one: the removal is finished', async () => {
    const half = path.join(runsFolder, '.trash/.going-x_1_1-0-0');
    mkdirSync(half, { recursive: true });
    writeFileSync(path.join(half, 'events.jsonl'), '');
    expect(abandonedRuns(runsFolder)).toEqual([]);
    await finishRemovals(runsFolder);
    expect(existsSync(path.join(runsFolder, '.trash'))).toBe(false);
  });
});
