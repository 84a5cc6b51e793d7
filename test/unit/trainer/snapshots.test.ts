/** Which networks a training keeps: the keeper on its own, and a whole run whose weights are known at every step. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine, TrainResult } from '../../../extension/engines/engine';
import type { EndedEvent, MeasuredEvent, TargetDescription } from '../../../extension/protocol/events';
import type { Figures } from '../../../extension/protocol/figures';
import { MODEL_FILES } from '../../../extension/protocol/runFiles';
import type { SnapshotName } from '../../../extension/protocol/snapshots';
import { readNetwork } from '../../../extension/runs/readNetwork';
import { decodeTensors } from '../../../extension/runs/safetensors';
import { TrainingControl } from '../../../extension/trainer/control';
import { type PreparedVariant, prepare } from '../../../extension/trainer/prepare';
import { runVariant } from '../../../extension/trainer/runVariant';
import { SnapshotKeeper } from '../../../extension/trainer/snapshots';

describe('While a training is measured,', () => {
  const target = { name: 'y', standardDeviation: 1, tolerance: 0.01 } as TargetDescription;
  let copies = 0;
  const keeper = (copyIntervalMs: number): SnapshotKeeper =>
    new SnapshotKeeper({ targets: [target], copyIntervalMs, copy: async () => ({ copy: Float32Array.of(++copies) }) });

  function measured(step: number, loss: number, violation: number): MeasuredEvent {
    const figures = { loss, maxViolation: violation } as Figures;
    const train = { samples: 1, rowsOutside: 0, overall: figures, targets: { y: figures } };
    return { step, epoch: step, train, validation: null } as unknown as MeasuredEvent;
  }

  beforeEach(() => {
    copies = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  test('parameters are copied when a moment is better and only then', async () => {
    const kept = keeper(0);
    await kept.consider(measured(0, 9, 0));
    await kept.consider(measured(1, 5, 0.5));
    await kept.consider(measured(2, 10, 0));
    expect(copies).toBe(1);
    expect(kept.found).toMatchObject({ best: { step: 0 }, mostFeasible: { step: 0 } });
    // Within the tolerance but not inside: better by its loss, and no more feasible.
    await kept.consider(measured(3, 4, 0.01));
    expect(copies).toBe(2);
    expect(kept.found).toMatchObject({ best: { step: 3 }, mostFeasible: { step: 0 } });
  });

  test('there is no best one as long as none was within the tolerance', async () => {
    const kept = keeper(0);
    await kept.consider(measured(0, 9, 0.5));
    await kept.consider(measured(1, 9, 0.2));
    expect(kept.found).toMatchObject({ best: null, mostFeasible: { step: 1 } });
  });

  test('a wide network is copied only so often, but the first of its kind at once and the last in any case', async () => {
    const kept = keeper(2000);
    await kept.consider(measured(0, 9, 0.5));
    vi.advanceTimersByTime(1000);
    // More feasible and the first within the tolerance: kept as that alone.
    await kept.consider(measured(1, 8, 0));
    expect(kept.found).toMatchObject({ best: { step: 1 }, mostFeasible: { step: 0 } });
    vi.advanceTimersByTime(1999);
    await kept.consider(measured(2, 7, 0));
    expect(kept.found.best).toMatchObject({ step: 1 });
    vi.advanceTimersByTime(1);
    await kept.consider(measured(3, 6, 0));
    expect(kept.found).toMatchObject({ best: { step: 3 }, mostFeasible: { step: 3 } });
    await kept.considerLast(measured(4, 5, 0));
    expect(kept.found).toMatchObject({ best: { step: 4 }, mostFeasible: { step: 4 } });
    expect(copies).toBe(4);
  });

  test('what is written is what is new, with the parameters of its moment', async () => {
    const kept = keeper(0);
    const written = (): string[] => {
      const lines: string[] = [];
      kept.write((name, { step }, parameters) => lines.push(`${name} of step ${step}: copy ${parameters.copy![0]}`));
      return lines;
    };
    expect(written()).toEqual([]);
    await kept.consider(measured(0, 9, 0));
    expect(written()).toEqual(['best of step 0: copy 1', 'mostFeasible of step 0: copy 1']);
    await kept.consider(measured(1, 8, 0.01));
    expect(written()).toEqual(['best of step 1: copy 2']);
    expect(written()).toEqual([]);
  });
});

/**
 * Case A1 of the line fit: x = 0 … 3, t = x − 1, `y = wx + b ≥ 0`. The deviation of t is √1.25, so the tolerance is
 * 0.0112. Loss is the mean of (y − t)².
 */
const WEIGHTS = [
  // y = 1: (4 + 1 + 0 + 1)/4 = 1.5, nothing outside.
  { w: 0, b: 1 },
  // y = t: loss 0, but −1 at x = 0.
  { w: 1, b: -1 },
  // The optimum: loss 5/14, nothing outside.
  { w: 4 / 7, b: 0 },
  // 0.005 outside, within the tolerance; w = (8 − 6b)/14 is the best for this b, its loss 0.3536 below 5/14 = 0.3571.
  { w: 8.03 / 14, b: -0.005 },
  // Ends where it was infeasible.
  { w: 1, b: -1 },
] as const;

describe('A run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-snapshots-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let prepared: PreparedVariant;
  beforeAll(async () => {
    writeFileSync(path.join(folder, 'line.csv'), 'x,t\n0,-1\n1,0\n2,1\n3,2\n');
    const text = JSON.stringify({
      data: { source: 'line.csv', inputs: ['x'], targets: ['t'], validation: 0, standardize: false },
      network: { hidden: [] },
      constraint: { min: 0 },
      training: { epochs: 4, batchSize: 4 },
      variants: { line: { method: 'unconstrained' } },
    });
    const experimentPath = path.join(folder, 'line.orthant.json');
    prepared = (await prepare({ experimentPath, text, engine: 'onnx' })).variants![0]!;
  });

  /** The real engine, but after step n the weights are `WEIGHTS[n]`; steps take long enough to be measured each. */
  function scripted(atStep: (step: number, result: TrainResult) => void): Engine {
    return {
      ...prepared.engine,
      createSession: async (...given) => {
        const session = await prepared.engine.createSession(...given);
        const become = (step: number): Promise<void> =>
          session.writeState({
            '0.weight': Float32Array.of(WEIGHTS[step]!.w),
            '0.bias': Float32Array.of(WEIGHTS[step]!.b),
          });
        let step = 0;
        await become(0);
        return {
          ...session,
          stepsPerCall: 1,
          train: async (batches) => {
            const result = await session.train(batches);
            await new Promise((resolve) => setTimeout(resolve, 120));
            step += 1;
            atStep(step, result);
            await become(step);
            return result;
          },
        };
      },
    };
  }

  async function run(engine: Engine): Promise<{ folder: string; ended: EndedEvent }> {
    let created = '';
    let ended: EndedEvent | null = null;
    const running = runVariant({
      prepared: { ...prepared, engine },
      runsFolder: path.join(folder, 'runs'),
      control: new TrainingControl(),
      onCreated: (run) => {
        created = run.folder;
      },
      // However busy the machine is: every step counts here.
      measureEveryEpochs: 1,
    });
    for await (const event of running) if (event.type === 'ended') ended = event;
    return { folder: created, ended: ended! };
  }

  const models = (run: string): string[] => readdirSync(run).filter((name) => name.endsWith('.safetensors'));
  const expectWeights = (run: string, name: SnapshotName, step: number): void => {
    const { tensors, metadata } = decodeTensors(readFileSync(path.join(run, MODEL_FILES[name])));
    expect(tensors.map((tensor) => [tensor.name, ...tensor.values])).toEqual([
      ['0.weight', Math.fround(WEIGHTS[step]!.w)],
      ['0.bias', Math.fround(WEIGHTS[step]!.b)],
    ]);
    expect(metadata).toEqual({ format: 'pt', snapshot: name, epoch: String(step), step: String(step) });
  };

  test('keeps its last network, the best within the tolerance and the most feasible, each with its figures', async () => {
    const { folder: recorded, ended } = await run(scripted(() => {}));
    expect(models(recorded)).toEqual([
      'model.best.safetensors',
      'model.most-feasible.safetensors',
      'model.safetensors',
    ]);
    expectWeights(recorded, 'final', 4);
    expectWeights(recorded, 'best', 3);
    expectWeights(recorded, 'mostFeasible', 2);
    const { final, best, mostFeasible } = ended.summary.snapshots!;
    expect(final).toEqual({ step: 4, epoch: 4, train: ended.summary.train, validation: null });
    expect(final!.train.overall).toMatchObject({ maxViolation: 1, negativeShare: 1 / 4 });
    expect([best!.step, best!.epoch]).toEqual([3, 3]);
    expect(best!.train.overall.maxViolation).toBeCloseTo(0.005, 8);
    // wx + b − t = 0.995 − rx with r = 1 − w = 5.97/14. Squares: 4·0.995² − 2·0.995·6r + 14r² = 3.9601 − 5.091557 + 2.545779.
    expect(best!.train.overall.loss).toBeCloseTo(1.414322 / 4, 6);
    expect([mostFeasible!.step, mostFeasible!.epoch]).toEqual([2, 2]);
    expect(mostFeasible!.train.overall.loss).toBeCloseTo(5 / 14, 6);
    expect(JSON.parse(readFileSync(path.join(recorded, 'summary.json'), 'utf8')).snapshots).toEqual(
      ended.summary.snapshots,
    );
  });

  test('that fails in the middle keeps what it found before, and has no last network', async () => {
    const { folder: recorded, ended } = await run(
      scripted((step) => {
        if (step === 4) throw new Error('the engine is gone');
      }),
    );
    expect(ended.summary).toMatchObject({ status: 'failed', steps: 3 });
    expect(models(recorded)).toEqual(['model.best.safetensors', 'model.most-feasible.safetensors']);
    expectWeights(recorded, 'best', 3);
    expectWeights(recorded, 'mostFeasible', 2);
    expect(ended.summary.snapshots).toMatchObject({ final: null, best: { step: 3 }, mostFeasible: { step: 2 } });
  });

  test('that diverges keeps what it found before', async () => {
    const { folder: recorded, ended } = await run(
      scripted((step, { loss }) => {
        if (step === 4) loss[0] = Number.NaN;
      }),
    );
    expect(ended.error).toMatch(/^Training diverged at step 4/);
    expectWeights(recorded, 'best', 3);
    expect(ended.summary.snapshots).toMatchObject({ final: null, best: { step: 3 }, mostFeasible: { step: 2 } });
  });

  test('gives a network by its name, and says why there is none', async () => {
    const { folder: recorded } = await run(scripted(() => {}));
    expect((await readNetwork(recorded, 'best')).parameters['0.bias']).toEqual(Float32Array.of(-0.005));
    expect((await readNetwork(recorded, 'final')).parameters['0.bias']).toEqual(Float32Array.of(-1));
    rmSync(path.join(recorded, MODEL_FILES.best));
    await expect(readNetwork(recorded, 'best')).rejects.toThrow(
      /has no model\.best\.safetensors: the training outputs were within "constraint\.tolerance" at no moment measured/,
    );
  });
});
