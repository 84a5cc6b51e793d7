/** Sweep folders as they are read: where a sweep lies now, and whether somebody trains it. */
import { mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSweep } from '../../../extension/runs/sweepFolders';
import { ConductorWriter, createSweep } from '../../../extension/runs/writeSweep';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'orthant-sweep-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function sweepIn(runsFolder: string): string {
  const { folder } = createSweep({
    formatVersion: 1,
    experiment: path.join(root, 'rain.orthant.json'),
    text: '{}',
    runsFolder,
    engine: null,
    points: [],
    dataFingerprint: 'f',
    started: '2026-01-01T00:00:00.000Z',
  });
  return folder;
}

describe('The runs of a sweep', () => {
  test.each(['runs', 'kept', 'sweeps', 'a-sweeps'])(
    'are in the folder "%s" beside it that it was made with',
    (name) => {
      const runsFolder = path.join(root, name);
      expect(readSweep(sweepIn(runsFolder))!.file.runsFolder).toBe(runsFolder);
    },
  );

  test('are beside it where it was moved', () => {
    const folder = sweepIn(path.join(root, 'here/.orthant/runs'));
    renameSync(path.join(root, 'here'), path.join(root, 'there'));
    const moved = path.join(root, 'there/.orthant/sweeps', path.basename(folder));
    expect(readSweep(moved)!.file.runsFolder).toBe(path.join(root, 'there/.orthant/runs'));
  });
});

test('A sweep whose process is there is not lost, though the machine slept and the heart did not beat', () => {
  const folder = sweepIn(path.join(root, 'runs'));
  const writer = new ConductorWriter(folder, { jobs: 1, threads: 1, left: 1 });
  try {
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path.join(folder, 'conductor.json'), longAgo, longAgo);
    expect(readSweep(folder)!.status).toBe('running');
  } finally {
    writer.close();
  }
});
