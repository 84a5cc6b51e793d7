/** The trainer child process, driven over its channel and through its run folder as the extension host drives it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ControlAction } from '../../extension/protocol/control';
import type { TrainingEvent } from '../../extension/protocol/events';
import type { OnWindowClose, TrainerMessage, TrainerRequest } from '../../extension/protocol/requests';
import { RUN_FILES } from '../../extension/protocol/runFiles';
import { requestControl } from '../../extension/runs/control';
import { listRuns, readRun, readRunFile } from '../../extension/runs/readRuns';
import { decodeTensors } from '../../extension/runs/safetensors';
import { buildIfStale } from './build';
import { ROOT } from './cli';
import { Workspace } from './workspace';

const LONG = { epochs: 1_000_000 };

let workspace: Workspace;
let trainers: Trainer[];
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  trainers = [];
});
afterEach(() => {
  for (const { child } of trainers) if (child.exitCode === null) child.kill('SIGKILL');
  workspace.dispose();
});

class Trainer {
  readonly child: ChildProcess;
  readonly messages: TrainerMessage[] = [];
  readonly exited: Promise<unknown[]>;

  constructor() {
    this.child = fork(path.join(ROOT, 'dist/trainer.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.child.on('message', (message) => this.messages.push(message as TrainerMessage));
    this.exited = once(this.child, 'exit');
    trainers.push(this);
  }

  send(request: TrainerRequest): void {
    this.child.send(request);
  }

  start(variant: string, onWindowClose?: OnWindowClose): void {
    const { experiment, runsFolder } = workspace;
    const text = readFileSync(experiment, 'utf8');
    this.send({
      type: 'start',
      experiment,
      text,
      variant,
      engine: 'wasm',
      runsFolder,
      ...(onWindowClose && { onWindowClose }),
    });
  }

  /** `null` before the process said where. */
  get folder(): string | null {
    return this.messages.find((message) => message.type === 'created')?.folder ?? null;
  }

  events(): TrainingEvent[] {
    if (this.folder === null) return [];
    const lines = readFileSync(path.join(this.folder, RUN_FILES.events), 'utf8').split('\n');
    // Without the last line, which is empty or not yet whole.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as TrainingEvent);
  }

  /** As any window does. */
  async ask(action: ControlAction): Promise<void> {
    requestControl(this.folder!, (await readRunFile(this.folder!))!, action);
  }

  /** The first event of a type, once it is there. */
  async seen<Type extends TrainingEvent['type']>(type: Type): Promise<TrainingEvent & { type: Type }> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      const event = this.events().find((candidate) => candidate.type === type);
      if (event !== undefined) return event as TrainingEvent & { type: Type };
      await pause(10);
    }
    throw new Error(
      `no ${type} event within 20 s; got ${this.messages.map((message) => JSON.stringify(message).slice(0, 80))}`,
    );
  }
}

const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

describe('A trainer process', () => {
  test('says ready, where it records, trains, and ends by itself', async () => {
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.exited;
    expect(trainer.child.exitCode).toBe(0);
    expect(trainer.messages.map(({ type }) => type).slice(0, 3)).toEqual(['ready', 'created']);
    const [run] = workspace.runs();
    expect(trainer.folder).toBe(path.join(workspace.runsFolder, run!));
    expect(trainer.events().at(-1)).toMatchObject({ type: 'ended', status: 'finished', error: null });
    expect(workspace.summary(run!).kkt).not.toBeNull();
  });

  test('stops within a second of being asked, with figures, network and checkpoint', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.seen('measured');
    await pause(300);
    const asked = Date.now();
    await trainer.ask('stop');
    await trainer.exited;
    // Not a benchmark: what a person may expect of Stop.
    expect(Date.now() - asked).toBeLessThan(1000);
    expect(trainer.child.exitCode).toBe(0);
    const ended = await trainer.seen('ended');
    expect(ended).toMatchObject({ status: 'stopped', summary: { status: 'stopped', kkt: null } });
    const folder = path.join(workspace.runsFolder, workspace.runs()[0]!);
    expect(decodeTensors(readFileSync(path.join(folder, 'model.safetensors'))).tensors).toHaveLength(4);
    expect(decodeTensors(readFileSync(path.join(folder, 'checkpoint/state.safetensors'))).metadata.step).toBe(
      String(ended.summary.steps),
    );
  });

  test('records about ten events a second at most, however fast its steps are', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('baseline');
    await trainer.seen('measured');
    const before = trainer.events().length;
    await pause(2000);
    expect(trainer.events().length - before).toBeLessThanOrEqual(2 * 12);
    expect(trainer.events().length - before).toBeGreaterThanOrEqual(4);
    await trainer.ask('stop');
    await trainer.exited;
  });

  test('pauses and goes on', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.seen('measured');
    await trainer.ask('pause');
    const { step } = await trainer.seen('paused');
    const paused = trainer.events().length;
    await pause(500);
    expect(trainer.events()).toHaveLength(paused);
    await trainer.ask('resume');
    expect((await trainer.seen('resumed')).step).toBe(step);
    await pause(500);
    await trainer.ask('stop');
    await trainer.exited;
    const { summary } = await trainer.seen('ended');
    expect(summary.steps).toBeGreaterThan(step);
  });

  test('can be stopped while it is paused', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.seen('measured');
    await trainer.ask('pause');
    await trainer.seen('paused');
    await trainer.ask('stop');
    await trainer.exited;
    expect((await trainer.seen('ended')).status).toBe('stopped');
  });

  test('stops and keeps its checkpoint when the window that started it is gone', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.seen('measured');
    trainer.child.disconnect();
    await trainer.exited;
    expect(workspace.summary(workspace.runs()[0]!).status).toBe('stopped');
  });

  test('goes on when the window is gone, where it was told to, and does what another window asks', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty', 'keepRunning');
    const { time } = await trainer.seen('measured');
    trainer.child.disconnect();
    await pause(500);
    expect(trainer.events().at(-1)!.time).toBeGreaterThan(time + 200);
    await trainer.ask('pause');
    await trainer.seen('paused');
    await pause(2500);
    // Nothing but its heartbeat, and nobody who keeps it: it waits all the same.
    expect((await listRuns(workspace.runsFolder))[0]!.status).toBe('running');
    await trainer.ask('stop');
    await trainer.exited;
    expect(workspace.summary(workspace.runs()[0]!).status).toBe('stopped');
  });

  test('that is killed leaves a run that is lost, with all it had recorded', async () => {
    workspace.writeExperiment({ training: LONG });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.seen('measured');
    await pause(500);
    const [running] = await listRuns(workspace.runsFolder);
    expect(running!.status).toBe('running');
    trainer.child.kill('SIGKILL');
    await trainer.exited;
    const [lost] = await listRuns(workspace.runsFolder);
    expect(lost!.status).toBe('lost');
    const state = await readRun(lost!.folder);
    expect(state.measured.length).toBeGreaterThanOrEqual(
      trainer.events().filter(({ type }) => type === 'measured').length,
    );
  });

  test('writes nothing when it is stopped while it still reads the data', async () => {
    const trainer = new Trainer();
    trainer.start('penalty');
    trainer.send({ type: 'stop' });
    await trainer.exited;
    expect(trainer.child.exitCode).toBe(0);
    expect(workspace.runs()).toEqual([]);
  });

  test('ends itself, and leaves no half folder, when its run folder is deleted under it, even while it pauses', async () => {
    workspace.writeExperiment({ training: LONG });
    for (const isPaused of [false, true]) {
      const trainer = new Trainer();
      trainer.start('penalty', 'keepRunning');
      await trainer.seen('measured');
      if (isPaused) {
        await trainer.ask('pause');
        await trainer.seen('paused');
      }
      trainer.child.disconnect();
      rmSync(workspace.runsFolder, { recursive: true });
      await trainer.exited;
      expect(workspace.runs()).toEqual([]);
    }
  });

  test('stops the large network of the strokes example well within the patience of the editor', async () => {
    const trainer = new Trainer();
    const experiment = path.join(ROOT, 'examples/strokes/strokes.orthant.json');
    const text = readFileSync(experiment, 'utf8');
    const { runsFolder } = workspace;
    trainer.send({ type: 'start', experiment, text, variant: 'lagrangian', engine: 'wasm', runsFolder });
    await trainer.seen('progress');
    const asked = Date.now();
    await trainer.ask('stop');
    await trainer.exited;
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(workspace.summary(workspace.runs()[0]!).status).toBe('stopped');
  });

  test('refuses a wrong experiment with its problems and writes nothing', async () => {
    workspace.writeExperiment({ data: { targets: ['snow'] } });
    const trainer = new Trainer();
    trainer.start('penalty');
    await trainer.exited;
    expect(trainer.child.exitCode).toBe(0);
    const rejected = trainer.messages.find(({ type }) => type === 'rejected');
    expect(rejected).toMatchObject({ problems: [{ code: 'data.missing-column', severity: 'error' }] });
    expect(workspace.runs()).toEqual([]);
  });

  test('trains beside another one without either noticing', async () => {
    const pair = [new Trainer(), new Trainer()];
    pair[0]!.start('baseline');
    pair[1]!.start('penalty');
    await Promise.all(pair.map(({ exited }) => exited));
    expect(workspace.runs()).toHaveLength(2);
    for (const run of workspace.runs()) expect(workspace.summary(run).status).toBe('finished');
  });
});
