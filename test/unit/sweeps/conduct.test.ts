/** The conductor of a sweep by itself, without trainers: a sweep of no points. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SweepFile } from '../../../extension/protocol/sweepFiles';
import { readSweep } from '../../../extension/runs/sweepFolders';
import { RunTakenError } from '../../../extension/runs/takeOver';
import { createSweep } from '../../../extension/runs/writeSweep';
import { conductSweep, type SweepEnd, type SweepListener } from '../../../extension/sweeps/conduct';
import { SweepControl } from '../../../extension/sweeps/control';

const TEXT = JSON.stringify({
  data: { source: 'rain.csv', inputs: ['day'], targets: ['rain'] },
  network: { hidden: [4] },
  constraint: { min: 0 },
  training: { epochs: 1 },
  variants: { penalty: { method: 'penalty' } },
});

let folder: string;
let sweep: { folder: string; file: SweepFile };
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-conduct-'));
  sweep = createSweep({
    formatVersion: 1,
    experiment: path.join(folder, 'rain.orthant.json'),
    text: TEXT,
    runsFolder: path.join(folder, '.orthant/runs'),
    engine: null,
    points: [],
    dataFingerprint: 'f',
    started: '2026-01-01T00:00:00.000Z',
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function conduct(listener: SweepListener = {}): Promise<SweepEnd> {
  return conductSweep({ ...sweep, module: 'none.js', control: new SweepControl(), listener });
}

describe('The conductor of a sweep', () => {
  test('is one, where two find the same sweep at the same moment; the other writes nothing and says so', async () => {
    let nOver = 0;
    const listener = { over: () => nOver++ };
    const ends = await Promise.allSettled([conduct(listener), conduct(listener)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((ends[1] as PromiseRejectedResult).reason).toBeInstanceOf(RunTakenError);
    expect(readSweep(sweep.folder)!.status).toBe('finished');
    // Both gave the terminal back.
    expect(nOver).toBe(2);
  });

  test('refuses a sweep that is being trained, and one that has ended it takes up again', async () => {
    let second: Promise<SweepEnd> | null = null;
    const begun = (): void => {
      second = conduct();
      second.catch(() => {});
    };
    expect(await conduct({ begun })).toEqual({ status: 'finished', error: null });
    await expect(second).rejects.toThrow(`is being trained by the process ${process.pid} on`);
    expect(await conduct()).toEqual({ status: 'finished', error: null });
  });
});
