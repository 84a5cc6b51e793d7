/**
 * Resuming a run from its checkpoint, against the oracle that can't be argued with: the weights it ends with are those of
 * a training that was never interrupted, byte for byte.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TrainingEvent } from '../../../extension/protocol/events';
import { RUN_FILES, type RunFile } from '../../../extension/protocol/runFiles';
import { listRun, readRun } from '../../../extension/runs/readRuns';
import { decodeTensors } from '../../../extension/runs/safetensors';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { prepareResume, ResumeError, resumeRun } from '../../../extension/trainer/resumeRun';
import { runVariant } from '../../../extension/trainer/runVariant';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EPOCHS = 12;
/** 50 rows in batches of 8: 7 steps an epoch, the last one of 2 rows. */
const STEPS_PER_EPOCH = 7;
const STEPS = EPOCHS * STEPS_PER_EPOCH;

beforeAll(() => {
  const rows = Array.from({ length: 50 }, (_, row) => `${row},${(row * 7) % 11},${(row * 3) % 5},${row % 4}`);
  writeFileSync(path.join(folder, 'rows.csv'), `x,z,t,u\n${rows.join('\n')}\n`);
});

interface Case {
  name: string;
  variant: Record<string, unknown>;
  training?: Record<string, unknown>;
  engine?: 'onnx' | 'wasm';
}

const CASES: readonly Case[] = [
  { name: 'unconstrained with adam', variant: { method: 'unconstrained' } },
  {
    name: 'unconstrained with momentum',
    variant: { method: 'unconstrained' },
    training: { optimizer: 'sgd', momentum: 0.9 },
  },
  { name: 'a penalty with plain sgd', variant: { method: 'penalty', alpha: 10 }, training: { optimizer: 'sgd' } },
  { name: 'a penalty with a schedule', variant: { method: 'penalty', alpha: 10 }, training: { schedule: 'cosine' } },
  { name: 'slacks and multipliers of every row', variant: { method: 'lagrangian' } },
  { name: 'an augmented Lagrangian', variant: { method: 'augmented-lagrangian' } },
  { name: 'a projection after every step', variant: { method: 'nonnegative-weights' } },
  { name: 'projected multipliers', variant: { method: 'projected-lagrangian' } },
  { name: 'a controller with an average', variant: { method: 'nu-pi' } },
  { name: 'a controller with a derivative', variant: { method: 'pid' } },
  { name: 'a multiplier of each output', variant: { method: 'rate' } },
  { name: 'a head', variant: { method: 'softplus' } },
  { name: 'a barrier', variant: { method: 'log-barrier' } },
  { name: 'an exact last layer', variant: { method: 'penalty', alpha: 1 }, training: { polish: true } },
  { name: 'slacks on wasm', variant: { method: 'lagrangian' }, engine: 'wasm' },
];

function textOf({ variant, training = {}, engine = 'onnx' }: Case): string {
  return JSON.stringify({
    data: { source: 'rows.csv', inputs: ['x', 'z'], targets: ['t', 'u'], validation: 0 },
    network: { hidden: [6] },
    constraint: { min: 0.5 },
    training: { epochs: EPOCHS, batchSize: 8, learningRate: 0.01, seed: 3, engine, ...training },
    variants: { tested: variant },
  });
}

async function prepared(each: Case) {
  const experimentPath = path.join(folder, 'rows.orthant.json');
  const { variants, problems } = await prepare({ experimentPath, text: textOf(each) });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return variants![0]!;
}

type Watch = (event: TrainingEvent, control: TrainingControl) => void;

/** The folder it was recorded in. */
async function train(each: Case, watch: Watch = () => {}): Promise<string> {
  const control = new TrainingControl();
  let created = '';
  const runsFolder = mkdtempSync(path.join(folder, 'runs-'));
  const onCreated = (run: { folder: string }): void => {
    created = run.folder;
  };
  const events = runVariant({ prepared: await prepared(each), runsFolder, control, measureEveryEpochs: 1, onCreated });
  for await (const event of events) watch(event, control);
  return created;
}

async function resume(run: string, watch: Watch = () => {}): Promise<TrainingEvent[]> {
  disown(run);
  const { resumable, problems } = await prepareResume(run);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const control = new TrainingControl();
  const events: TrainingEvent[] = [];
  for await (const event of resumeRun(resumable!, { control, measureEveryEpochs: 1 })) {
    events.push(event);
    watch(event, control);
  }
  return events;
}

/** The process that trained it was this one, which lives: another one that is gone takes its place. */
function disown(run: string): void {
  const file = path.join(run, RUN_FILES.run);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
  if (recorded.processStarted === 0) return;
  writeFileSync(file, JSON.stringify({ ...recorded, processStarted: 0, sinceBoot: undefined }, null, 2));
}

const bytesOf = (run: string, file: string): Buffer => readFileSync(path.join(run, file));

/** Every tensor that training goes on from, and the network as it is exported. */
function expectSameWeights(run: string, whole: string): void {
  const [resumed, expected] = [run, whole].map((each) => decodeTensors(bytesOf(each, RUN_FILES.checkpoint)));
  expect(resumed!.metadata.step).toBe(String(STEPS));
  expect(resumed!.tensors.map(({ name }) => name)).toEqual(expected!.tensors.map(({ name }) => name));
  for (const [index, { name, values }] of resumed!.tensors.entries()) {
    expect(Buffer.from(values.buffer).equals(Buffer.from(expected!.tensors[index]!.values.buffer)), name).toBe(true);
  }
  expect(bytesOf(run, RUN_FILES.model).equals(bytesOf(whole, RUN_FILES.model))).toBe(true);
}

/** Does `at` before the step that is counted by it, one step a call: through the session, as a person can't aim so well. */
async function trainWith(
  each: Case,
  at: (step: number, control: TrainingControl) => void,
  measureEveryEpochs = 1,
): Promise<string> {
  const control = new TrainingControl();
  const variant = await prepared(each);
  let steps = 0;
  const engine: typeof variant.engine = {
    ...variant.engine,
    name: variant.engine.name,
    version: variant.engine.version,
    createSession: async (...given) => {
      const session = await variant.engine.createSession(...given);
      return {
        ...session,
        // Resumed, several go into one: how steps are joined changes no bit.
        stepsPerCall: 1,
        train: async (batches) => {
          steps += batches.counts.length;
          at(steps, control);
          return session.train(batches);
        },
      };
    },
  };
  let created = '';
  const events = runVariant({
    prepared: { ...variant, engine },
    runsFolder: mkdtempSync(path.join(folder, 'runs-')),
    control,
    measureEveryEpochs,
    onCreated: (run) => {
      created = run.folder;
    },
  });
  for await (const event of events) void event;
  return created;
}

const stepOf = (run: string): number => Number(decodeTensors(bytesOf(run, RUN_FILES.checkpoint)).metadata.step);

async function trainUntil(each: Case, step: number): Promise<string> {
  const run = await trainWith(each, (now, control) => now === step && control.stop());
  expect(stepOf(run)).toBe(step);
  return run;
}

describe.each(CASES)('A run with $name', (each) => {
  test('that was stopped ends with the weights of one that was not: in an epoch, and at the end of one', async () => {
    const whole = await train(each);
    // 31 = 4 · 7 + 3: in the fifth epoch. 35 = 5 · 7.
    for (const step of [31, 35]) {
      const run = await trainUntil(each, step);
      expect(listRun(run)!.status).toBe('stopped');
      const events = await resume(run);
      expect(events[0]).toMatchObject({ type: 'resumed', step, fromCheckpoint: true });
      expect(listRun(run)!.status).toBe('finished');
      expectSameWeights(run, whole);
    }
  });
});

describe('A run that was stopped and resumed', () => {
  const each = CASES.find(({ name }) => name === 'an augmented Lagrangian')!;

  test('reads as one that was not: the same measures, means over whole epochs, and the same end', async () => {
    const whole = await readRun(await train(each));
    const run = await trainUntil(each, 31);
    await resume(run);
    const state = await readRun(run);
    const told = (measures: typeof state.measured) =>
      measures.map(({ time: _time, elapsedMs: _elapsed, ...measure }) => measure);
    // Besides, it was measured where it was stopped.
    expect(told(state.measured.filter(({ step }) => step !== 31))).toEqual(told(whole.measured));
    expect(state.status).toBe('finished');
    const { durationMs: _a, samplesPerSecond: _b, run: _c, ...summary } = state.ended!.summary;
    const { durationMs: _d, samplesPerSecond: _e, run: _f, ...expected } = whole.ended!.summary;
    expect(summary).toEqual({ ...expected, snapshots: summary.snapshots });
    expect(summary.snapshots!.best?.train.overall.loss).toBe(expected.snapshots!.best?.train.overall.loss);
  });

  test('takes up its time where it was', async () => {
    const run = await trainUntil(each, 31);
    const { elapsedMs } = (await readRun(run)).measured.at(-1)!;
    const before = Number(decodeTensors(bytesOf(run, RUN_FILES.checkpoint)).metadata.elapsedMs);
    expect(before).toBeGreaterThanOrEqual(elapsedMs);
    // Somebody resumes it an hour later.
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
    await resume(run);
    clock.mockRestore();
    const after = (await readRun(run)).measured.find(({ step }) => step === 35)!.elapsedMs;
    // The hour counts for nothing, and what was before is not lost.
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after).toBeLessThan(before + 1_800_000);
  });

  test('may be stopped and resumed as often as one likes', async () => {
    const whole = await train(each);
    const run = await trainUntil(each, 10);
    for (const epoch of [3, 5, 8]) {
      await resume(run, (event, control) => {
        if (event.type === 'measured' && event.epoch === epoch) control.stop();
      });
      expect(listRun(run)!.status).toBe('stopped');
    }
    await resume(run);
    expectSameWeights(run, whole);
    expect((await readRun(run)).measured.map(({ step }) => step)).toEqual([
      0,
      7,
      10,
      ...Array.from({ length: 11 }, (_, epoch) => 7 * (epoch + 2)),
    ]);
  });

  test('is live again for all who list it, under the process that trains it now', async () => {
    const run = await trainUntil(each, 10);
    const statuses = new Set<string | undefined>();
    await resume(run, (event) => {
      if (event.type === 'measured') statuses.add(listRun(run)?.status);
    });
    expect([...statuses]).toEqual(['running']);
    expect((JSON.parse(bytesOf(run, RUN_FILES.run).toString()) as RunFile).pid).toBe(process.pid);
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('A run whose process lives on, such as one that trains several variants', () => {
  test('goes on in another process once that one told its end, but not once somebody took it over', async () => {
    const run = await trainUntil(CASES[0]!, 10);
    const recorded = JSON.parse(bytesOf(run, RUN_FILES.run).toString()) as RunFile;
    // Beside this process, which trained it, another one that is there.
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      const trainedBy = { ...recorded, pid: other.pid!, processStarted: Date.now(), sinceBoot: undefined };
      writeFileSync(path.join(run, RUN_FILES.run), JSON.stringify(trainedBy));
      const { resumable } = await prepareResume(run);
      const control = new TrainingControl();
      const going = resumeRun(resumable!, { control });
      expect((await going.next()).value).toMatchObject({ type: 'resumed', step: 10 });
      control.stop();
      for await (const event of going) void event;
      const { ended } = await readRun(run);
      // It took the run over, and is about to tell that it goes on: the end is that of the process before.
      writeFileSync(path.join(run, RUN_FILES.run), JSON.stringify({ ...trainedBy, resumedAfterEnd: ended!.time }));
      await expect(prepareResume(run)).rejects.toThrow(/is being trained by another process/);
    } finally {
      other.kill('SIGKILL');
    }
  });
});

describe('A run that failed', () => {
  const each = CASES.find(({ name }) => name === 'slacks and multipliers of every row')!;

  test('in a long epoch goes on from a state of that epoch, and ends with the weights of one that did not', async () => {
    const whole = await train(each);
    // Six seconds pass from one look at the clock to the next, so every call is worth a checkpoint.
    let now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now += 6000));
    const run = await trainWith(
      each,
      (step) => {
        if (step === 33) throw new Error('no space left on device');
      },
      EPOCHS,
    );
    clock.mockRestore();
    expect(listRun(run)!.status).toBe('failed');
    // 32 = 4 · 7 + 4
    expect(stepOf(run)).toBe(32);
    const events = await resume(run);
    expect(events[0]).toMatchObject({ type: 'resumed', step: 32 });
    expectSameWeights(run, whole);
  });
});

describe('A run that was killed', () => {
  const each = CASES.find(({ name }) => name === 'slacks and multipliers of every row')!;

  /** As a kill leaves it: no end, a checkpoint of some steps before, and a line that was cut off. */
  async function killed(): Promise<string> {
    const run = await trainUntil(each, 35);
    const checkpoint = bytesOf(run, RUN_FILES.checkpoint);
    await resume(run, (event, control) => {
      if (event.type === 'measured' && event.epoch === 9) control.stop();
    });
    writeFileSync(path.join(run, RUN_FILES.checkpoint), checkpoint);
    rmSync(path.join(run, RUN_FILES.summary));
    const lines = bytesOf(run, RUN_FILES.events).toString().trimEnd().split('\n');
    expect(lines.at(-1)).toContain('"ended"');
    writeFileSync(path.join(run, RUN_FILES.events), `${lines.slice(0, -1).join('\n')}\n{"type":"measured","ti`);
    disown(run);
    return run;
  }

  test('is lost, and ends with the weights of one that was not, each step told once', async () => {
    const whole = await train(each);
    const run = await killed();
    expect(listRun(run)!.status).toBe('lost');
    const told = (await readRun(run)).measured.at(-1)!.step;
    expect(told).toBeGreaterThanOrEqual(63);
    const events = await resume(run);
    expect(events[0]).toMatchObject({ type: 'resumed', step: 35 });
    expectSameWeights(run, whole);
    const { measured } = await readRun(run);
    expect(measured.map(({ step }) => step)).toEqual(Array.from({ length: 13 }, (_, epoch) => 7 * epoch));
    // Nothing recorded is lost, and every line is one again.
    const lines = bytesOf(run, RUN_FILES.events).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type).filter((type) => type === 'resumed')).toHaveLength(2);
    const told63 = lines.map((line) => JSON.parse(line)).filter(({ type, step }) => type === 'measured' && step === 63);
    expect(told63).toHaveLength(2);
  });

  test('before its first checkpoint begins again in its own folder', async () => {
    const whole = await train(each);
    const run = await killed();
    rmSync(path.join(run, RUN_FILES.checkpoint));
    const events = await resume(run);
    expect(events[0]).toMatchObject({ type: 'resumed', step: 0 });
    expectSameWeights(run, whole);
    expect((await readRun(run)).measured).toHaveLength(13);
  });

  test('before it told anything begins as a new one', async () => {
    const whole = await train(each);
    const run = await killed();
    rmSync(path.join(run, RUN_FILES.checkpoint));
    writeFileSync(path.join(run, RUN_FILES.events), '{"type":"star');
    const events = await resume(run);
    expect(events[0]).toMatchObject({ type: 'started' });
    expectSameWeights(run, whole);
    expect((await readRun(run)).status).toBe('finished');
  });
});

describe('What can not be resumed is refused with its reason, and nothing is written:', () => {
  const each = CASES[0]!;

  async function refusal(run: string): Promise<string> {
    const before = readdirSync(run).map((name) => `${name} ${existsSync(path.join(run, name))}`);
    const events = bytesOf(run, RUN_FILES.events).toString();
    const error = await prepareResume(run).then(
      () => new Error('it was not refused'),
      (reason: unknown) => reason as Error,
    );
    expect(readdirSync(run).map((name) => `${name} ${existsSync(path.join(run, name))}`)).toEqual(before);
    expect(bytesOf(run, RUN_FILES.events).toString()).toBe(events);
    return error.message;
  }

  test('a finished run', async () => {
    const run = await train(each);
    disown(run);
    expect(await refusal(run)).toBe(`${path.basename(run)} is finished: there is nothing left to train.`);
  });

  test('a run that is trained by a process that is there', async () => {
    const run = await trainUntil(each, 10);
    const lines = bytesOf(run, RUN_FILES.events).toString().trimEnd().split('\n');
    writeFileSync(path.join(run, RUN_FILES.events), `${lines.slice(0, -1).join('\n')}\n`);
    expect(await refusal(run)).toMatch(/is being trained by another process \(pid \d+\)\. Stop it there first\./);
  });

  test('data that changed since', async () => {
    const run = await trainUntil(each, 10);
    disown(run);
    const file = path.join(folder, 'rows.csv');
    const before = readFileSync(file);
    appendFileSync(file, '51,1,2,3\n');
    try {
      expect(await refusal(run)).toMatch(/The data have changed since .* Train the variant "tested" anew instead\./);
    } finally {
      writeFileSync(file, before);
    }
  });

  test('a setting that means something else by now', async () => {
    const run = await trainUntil(each, 10);
    disown(run);
    const file = path.join(run, RUN_FILES.run);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"learningRate": 0.01', '"learningRate": 0.02'));
    expect(await refusal(run)).toMatch(/takes "training.learningRate" otherwise/);
  });

  test('a checkpoint that is damaged', async () => {
    const run = await trainUntil(each, 10);
    disown(run);
    writeFileSync(path.join(run, RUN_FILES.checkpoint), bytesOf(run, RUN_FILES.checkpoint).subarray(0, 50));
    expect(await refusal(run)).toMatch(/state\.safetensors can't be read: .*cut off.*Delete it to train the run again/);
  });

  test('what is no run', async () => {
    await expect(prepareResume(folder)).rejects.toThrow(ResumeError);
    await expect(prepareResume(folder)).rejects.toThrow(/is not a run folder/);
  });
});

describe('Of two processes that resume one run at the same time', () => {
  test('one does', async () => {
    const run = await trainUntil(CASES[0]!, 10);
    disown(run);
    const [first, second] = await Promise.all([prepareResume(run), prepareResume(run)]);
    const control = new TrainingControl();
    const going = resumeRun(first.resumable!, { control });
    await going.next();
    await expect(resumeRun(second.resumable!, { control }).next()).rejects.toThrow(
      /was resumed by another process \(pid \d+ on .*\) just now|is being trained by another process/,
    );
    control.stop();
    for await (const event of going) void event;
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a claim that a killed one left behind bars nobody', async () => {
    const run = await trainUntil(CASES[0]!, 10);
    disown(run);
    const { pid, processStarted, host } = JSON.parse(bytesOf(run, RUN_FILES.run).toString()) as RunFile;
    const gone: ChildProcess = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => gone.once('exit', resolve));
    const claim = path.join(run, `.after-${pid}-${processStarted}`);
    writeFileSync(claim, JSON.stringify({ pid: gone.pid, processStarted: Date.now(), host }));
    await resume(run);
    expect(listRun(run)!.status).toBe('finished');
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
