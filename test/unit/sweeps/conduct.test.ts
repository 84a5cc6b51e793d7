/** The conductor of a sweep by itself, with trainers that only say that they train. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SweepFile } from '../../../extension/protocol/sweepFiles';
import { readSweep } from '../../../extension/runs/sweepFolders';
import { RunTakenError } from '../../../extension/runs/takeOver';
import { createSweep } from '../../../extension/runs/writeSweep';
import { conductSweep, type SweepEnd, type SweepListener } from '../../../extension/sweeps/conduct';
import { SweepControl } from '../../../extension/sweeps/control';

const MODULE = path.resolve(import.meta.dirname, '../../fixtures/sweep/fakeWorker.cjs');
/** What a trainer does with a point, by the name of the variant. */
type Behavior = 'finish' | 'wait' | 'crash' | 'full';
const TEXT = JSON.stringify({
  data: { source: 'rain.csv', inputs: ['day'], targets: ['rain'] },
  network: { hidden: [4] },
  constraint: { min: 0 },
  training: { epochs: 1 },
  variants: Object.fromEntries(['finish', 'wait', 'crash', 'full'].map((name) => [name, { method: 'penalty' }])),
});

let folder: string;
let control: SweepControl;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-conduct-'));
  control = new SweepControl();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sweepOf(...variants: Behavior[]): { folder: string; file: SweepFile } {
  return createSweep({
    formatVersion: 1,
    experiment: path.join(folder, 'rain.orthant.json'),
    text: TEXT,
    runsFolder: path.join(folder, '.orthant/runs'),
    engine: null,
    points: variants.map((variant) => ({ variant, assignments: {} })),
    dataFingerprint: 'f',
    started: '2026-01-01T00:00:00.000Z',
  });
}

function conduct(
  sweep: { folder: string; file: SweepFile },
  listener: SweepListener = {},
  jobs = 1,
): Promise<SweepEnd> {
  return conductSweep({ ...sweep, module: MODULE, control, listener, jobs });
}

/** Writes there fail from now on, for root too. */
function block(...names: string[]): void {
  const file = path.join(...names);
  rmSync(file, { force: true });
  mkdirSync(path.join(file, 'in the way'), { recursive: true });
}

describe('The conductor of a sweep', () => {
  test('is one, where two find the same sweep at the same moment; the other writes nothing and says so', async () => {
    const sweep = sweepOf();
    let nOver = 0;
    const listener = { over: () => nOver++ };
    const ends = await Promise.allSettled([conduct(sweep, listener), conduct(sweep, listener)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((ends[1] as PromiseRejectedResult).reason).toBeInstanceOf(RunTakenError);
    expect(readSweep(sweep.folder)!.status).toBe('finished');
    // Both gave the terminal back.
    expect(nOver).toBe(2);
  });

  test('refuses a sweep that is being trained, and takes up again one that has ended', async () => {
    const sweep = sweepOf();
    let second: Promise<SweepEnd> | null = null;
    const begun = (): void => {
      second = conduct(sweep);
      second.catch(() => {});
    };
    expect(await conduct(sweep, { begun })).toEqual({ status: 'finished', error: null });
    await expect(second).rejects.toThrow(`is being trained by the process ${process.pid} on`);
    expect(await conduct(sweep)).toEqual({ status: 'finished', error: null });
  });

  test('stops its trainers and ends when the folder of the sweep is deleted', async () => {
    const sweep = sweepOf('wait', 'finish');
    const ended: number[] = [];
    const end = await conduct(sweep, {
      event: () => rmSync(sweep.folder, { recursive: true, force: true }),
      ended: (point) => ended.push(point),
    });
    expect(end).toEqual({ status: 'failed', error: expect.stringContaining(`can't be written to ${sweep.folder}`) });
    expect(ended).toEqual([0]);
  });

  test('can be paused and stopped where the disk takes nothing any more, and says so at its end', async () => {
    const sweep = sweepOf('wait');
    const end = await conduct(sweep, {
      event: (_point, { type }) => {
        if (type !== 'started') return;
        block(sweep.folder, 'conductor.json');
        control.pause();
        control.resume();
        control.stop();
      },
    });
    expect(end.status).toBe('failed');
    expect(end.error).toMatch(/^The state of the sweep can't be written to .+ make room/);
  });

  test('takes up no more points where it can not tell that one failed', async () => {
    const sweep = sweepOf('crash', 'finish');
    const ended: number[] = [];
    block(sweep.folder, 'failures.jsonl');
    const end = await conduct(sweep, { ended: (point) => ended.push(point) });
    expect(ended).toEqual([0]);
    expect(end).toEqual({ status: 'failed', error: expect.stringContaining("can't be written") });
    expect(readSweep(sweep.folder)!.conductor).toMatchObject({ status: 'failed', error: end.error });
  });

  test('has failed, and not finished, where a run could not be given its end', async () => {
    const sweep = sweepOf('full');
    expect(await conduct(sweep)).toEqual({ status: 'failed', error: 'no space left' });
    expect(readSweep(sweep.folder)!.status).toBe('failed');
  });

  test('stops every trainer before it dies of a mistake', async () => {
    const sweep = sweepOf('wait', 'finish');
    const ended: string[] = [];
    const listener: SweepListener = {
      ended: (point, end) => {
        ended.push(`${point} ${end.kind === 'ended' ? end.event.status : end.kind}`);
        if (point === 1) throw new Error('mistake');
      },
    };
    await expect(conduct(sweep, listener, 2)).rejects.toThrow('mistake');
    expect(ended).toEqual(['1 finished', '0 stopped']);
    expect(readSweep(sweep.folder)!.conductor).toMatchObject({ status: 'failed', error: 'mistake' });
  });
});
