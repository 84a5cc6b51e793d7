/** Training that breaks in the middle: the run is `failed`, says where and why, and keeps its last good state. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Doctor } from '../../../extension/doctor/doctor';
import { type Engine, type Session, UnsupportedStepError } from '../../../extension/engines/engine';
import type { EndedEvent, TrainingEvent } from '../../../extension/protocol/events';
import { RUN_FILES, type RunFile } from '../../../extension/protocol/runFiles';
import { HEARTBEAT_INTERVAL_MS } from '../../../extension/runs/liveness';
import { readRun } from '../../../extension/runs/readRuns';
import { decodeTensors } from '../../../extension/runs/safetensors';
import { RunFolderError, RunWriter } from '../../../extension/runs/writeRun';
import { TrainingControl } from '../../../extension/trainer/control';
import { type PreparedVariant, prepare } from '../../../extension/trainer/prepare';
import { runVariant } from '../../../extension/trainer/runVariant';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-failure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let prepared: PreparedVariant;
beforeAll(async () => {
  writeFileSync(
    path.join(folder, 'line.csv'),
    `x,t\n${Array.from({ length: 40 }, (_, x) => `${x},${x % 5}`).join('\n')}\n`,
  );
  const text = JSON.stringify({
    data: { source: 'line.csv', inputs: ['x'], targets: ['t'] },
    network: { hidden: [4] },
    constraint: { min: 0 },
    training: { epochs: 50, batchSize: 8 },
    variants: { tested: { method: 'augmented-lagrangian' } },
  });
  const { variants } = await prepare({ experimentPath: path.join(folder, 'line.orthant.json'), text, engine: 'onnx' });
  prepared = variants![0]!;
});

/** The real engine, but sessions are what `change` makes of them. */
function engineWith(change: (session: Session) => Session): Engine {
  const { engine } = prepared;
  return {
    name: engine.name,
    version: engine.version,
    createSession: async (...given) => change(await engine.createSession(...given)),
  };
}

async function run(engine: Engine): Promise<{ events: TrainingEvent[]; ended: EndedEvent; folder: string }> {
  const events: TrainingEvent[] = [];
  let created = '';
  const running = runVariant({
    prepared: { ...prepared, engine },
    runsFolder: path.join(folder, 'runs'),
    control: new TrainingControl(),
    onCreated: (run) => {
      created = run.folder;
    },
  });
  for await (const event of running) events.push(event);
  const ended = events.at(-1)!;
  if (ended.type !== 'ended') throw new Error(`the run ends with ${ended.type}`);
  return { events, ended, folder: created };
}

describe('A run whose engine', () => {
  test('runs out of memory in its third epoch is failed after the steps it did, with its last good checkpoint', async () => {
    let steps = 0;
    const { ended, folder: recorded } = await run(
      engineWith((session) => ({
        ...session,
        stepsPerCall: session.stepsPerCall,
        train: async (batches) => {
          if (steps >= 8) throw new Error('Failed to allocate memory for requested buffer of size 1234');
          steps += batches.counts.length;
          return session.train(batches);
        },
      })),
    );
    expect(ended.status).toBe('failed');
    expect(ended.error).toMatch(
      /^Training ran out of memory after step 8 \(Failed to allocate .* 1234\)\. Use a smaller "batchSize"/,
    );
    expect(ended.summary).toMatchObject({ status: 'failed', steps: 8, epochs: 2 });
    const { tensors } = decodeTensors(readFileSync(path.join(recorded, RUN_FILES.checkpoint)));
    expect(tensors.map(({ name }) => name)).toContain('0.weight');
    const lines = readFileSync(path.join(recorded, 'events.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'ended', status: 'failed' });
  });

  test('gives a loss that is no number in the middle of a call is failed with the steps before it', async () => {
    let calls = 0;
    const { ended } = await run(
      engineWith((session) => ({
        ...session,
        stepsPerCall: 4,
        train: async (batches) => {
          const result = await session.train(batches);
          calls += 1;
          if (calls === 2) result.loss[2] = Number.NaN;
          return result;
        },
      })),
    );
    expect(ended.error).toMatch(/^Training diverged at step 7 \(epoch 2\): the loss is no longer a finite number/);
    expect(ended.summary).toMatchObject({ status: 'failed', steps: 6, epochs: 1 });
  });

  test('has no memory for the network is failed before its first step', async () => {
    const { events, ended } = await run({
      ...prepared.engine,
      createSession: async () => {
        throw new RangeError('Invalid typed array length: 40000000000');
      },
    });
    expect(events.map(({ type }) => type)).toEqual(['started', 'ended']);
    expect(ended.error).toMatch(/^Training ran out of memory before its first step/);
    expect(ended.summary).toMatchObject({ status: 'failed', steps: 0, epochs: 0, train: null });
  });

  test('can not run the step names engine, method and operation', async () => {
    const { ended } = await run({
      ...prepared.engine,
      createSession: async () => {
        throw new UnsupportedStepError('The operation "Cumsum" can\'t be compiled. Set the engine to "wasm".');
      },
    });
    expect(ended.error).toBe(
      'Training failed before its first step: Engine "onnx" can\'t train the method "augmented-lagrangian": The operation "Cumsum" can\'t be compiled. Set the engine to "wasm".',
    );
  });
});

describe('A run whose disk is full', () => {
  const full = (): never => {
    throw new RunFolderError('Writing to there failed: no space left on the device. Make room.');
  };
  afterEach(() => vi.restoreAllMocks());

  test('has failed with the reason when but a line still fits', async () => {
    vi.spyOn(RunWriter.prototype, 'writeCheckpoint').mockImplementation(full);
    vi.spyOn(RunWriter.prototype, 'writeSummary').mockImplementation(full);
    const { ended, folder: recorded } = await run(prepared.engine);
    expect(ended.error).toMatch(/no space left/);
    expect(existsSync(path.join(recorded, RUN_FILES.summary))).toBe(false);
    expect(await readRun(recorded)).toMatchObject({ status: 'failed', error: ended.error });
  });

  test('ends in an error for whoever trains it when nothing fits, after the failure was told', async () => {
    const told: TrainingEvent[] = [];
    const append = RunWriter.prototype.append;
    vi.spyOn(RunWriter.prototype, 'append').mockImplementation(function (this: RunWriter, event) {
      if (event.type !== 'started') full();
      append.call(this, event);
    });
    const training = async (): Promise<void> => {
      const runsFolder = path.join(folder, 'full');
      for await (const event of runVariant({ prepared, runsFolder, control: new TrainingControl() })) told.push(event);
    };
    await expect(training()).rejects.toThrow(RunFolderError);
    expect(told.map(({ type }) => type)).toEqual(['started', 'ended']);
    expect(told.at(-1)).toMatchObject({ status: 'failed', error: expect.stringMatching(/no space left.*Make room/) });
  });
});

test('A run that another process trains by now is left to it, and nothing more is written', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const told: TrainingEvent[] = [];
    let recorded = '';
    const taken = (): { events: string; files: string[] } => ({
      events: readFileSync(path.join(recorded, RUN_FILES.events), 'utf8'),
      files: readdirSync(recorded),
    });
    let before: ReturnType<typeof taken> | null = null;
    const training = async (): Promise<void> => {
      const running = runVariant({
        prepared,
        runsFolder: path.join(folder, 'taken'),
        control: new TrainingControl(),
        measureEveryEpochs: 1,
        onCreated: (run) => {
          recorded = run.folder;
        },
      });
      for await (const event of running) {
        told.push(event);
        if (event.type !== 'measured' || event.epoch !== 3) continue;
        const file = path.join(recorded, RUN_FILES.run);
        const run = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
        writeFileSync(file, JSON.stringify({ ...run, pid: 4711 }));
        before = taken();
        vi.advanceTimersByTime(HEARTBEAT_INTERVAL_MS);
      }
    };
    await expect(training()).rejects.toThrow(/Another process \(pid 4711 on .*\) trains the run in .* by now/);
    expect(told.at(-1)).toMatchObject({ type: 'ended', status: 'failed' });
    expect(taken()).toEqual(before);
  } finally {
    vi.useRealTimers();
  }
});

test('A run whose failure doctor has a fault trains on without it, and says so once', async () => {
  const observe = vi.spyOn(Doctor.prototype, 'observe').mockImplementation(() => {
    throw new TypeError('a fault');
  });
  const { events, ended } = await run(prepared.engine);
  observe.mockRestore();
  expect(ended.status).toBe('finished');
  const warnings = events.filter((event) => event.type === 'log' && event.level === 'warning');
  expect(warnings).toMatchObject([
    { message: 'The failure doctor gave up (a fault); the training goes on without it. Please report this.' },
  ]);
});
