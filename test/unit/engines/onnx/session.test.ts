import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream, shuffledIndices } from '../../../../extension/data/random';
import type { Engine, Session } from '../../../../extension/engines/engine';
import { loadOnnxEngine } from '../../../../extension/engines/onnx/engine';
import { loadWasmEngine } from '../../../../extension/engines/wasm';
import { violationOf } from '../../../../extension/step/sides';
import type { TrainingStep } from '../../../../extension/step/step';
import { type Arrays, expectSame, expectSameRecords, randomNumbers, SAME_NUMBER, type Tolerance } from './running';
import { firstState, METHOD_CHOICES, type MethodChoice, stepOf, TRAININGS } from './steps';

let onnx: Engine;
let wasm: Engine;
beforeAll(async () => {
  wasm = await loadWasmEngine();
  onnx = await loadOnnxEngine();
});

/** Batches of 5, and one of 3 at the end of each epoch. */
const SAMPLES = 43;
const BATCH = 5;
const EPOCHS = 7;
const INPUTS = randomNumbers(SAMPLES * 3, 11);
const TARGETS = randomNumbers(SAMPLES * 2, 12, 1);

const start = (engine: Engine, step: TrainingStep): Promise<Session> =>
  engine.createSession(step, firstState(step), { batchSize: BATCH });

async function firstRows(session: Session, step: TrainingStep): Promise<Arrays> {
  const outputs = await session.predict(INPUTS, SAMPLES);
  return Object.fromEntries(
    step.spec.sides.flatMap((side) =>
      Object.entries(step.spec.method.initialRows(violationOf(side, outputs))).map(([name, values]) => [
        `${side.name}.${name}`,
        values.slice(),
      ]),
    ),
  );
}

interface Trained {
  readonly state: Arrays;
  readonly rows: Arrays;
  readonly loss: Float32Array;
  readonly penalty: Float32Array;
}

/** Trains all epochs with at most `stepsPerCall` steps in a call, samples in an order of their own each epoch. */
async function trainAll(engine: Engine, step: TrainingStep, stepsPerCall: number, batchSize = BATCH): Promise<Trained> {
  const batches = Math.ceil(SAMPLES / batchSize);
  const session = await start(engine, step);
  const rows = await firstRows(session, step);
  const measures = { loss: [] as number[], penalty: [] as number[] };
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = shuffledIndices(SAMPLES, randomStream(3, 'batches', epoch));
    for (let batch = 0; batch < batches; batch += stepsPerCall) {
      const positions = Array.from({ length: Math.min(stepsPerCall, batches - batch) }, (_, index) => batch + index);
      const samples = order.subarray(batch * batchSize, (batch + stepsPerCall) * batchSize);
      const pick = (table: Float32Array, width: number): Float32Array =>
        Float32Array.from([...samples].flatMap((sample) => [...table.subarray(sample * width, (sample + 1) * width)]));
      const scalars = positions.map((position) =>
        step.scalars({
          step: epoch * batches + position,
          epoch,
          steps: EPOCHS * batches,
          epochs: EPOCHS,
          learningRate: 0.01 / (1 + position),
        }),
      );
      const given = {
        counts: positions.map((position) => Math.min(batchSize, SAMPLES - position * batchSize)),
        inputs: pick(INPUTS, 3),
        targets: pick(TARGETS, 2),
        rows: Object.fromEntries(Object.entries(rows).map(([name, table]) => [name, pick(table, 2)])),
        scalars: Object.fromEntries(
          step.scalarNames.map((name) => [name, Float32Array.from(scalars, (values) => values[name]!)]),
        ),
      };
      const copy = structuredClone(given);
      const result = await session.train(given);
      // Whatever it was given is as it was.
      expect(given).toEqual(copy);
      for (const [name, values] of Object.entries(result.rows)) {
        [...samples].forEach((sample, index) => {
          rows[name]!.set(values.subarray(index * 2, index * 2 + 2), sample * 2);
        });
      }
      measures.loss.push(...result.loss);
      measures.penalty.push(...result.penalty);
    }
  }
  const state = await session.readState();
  session.dispose();
  return {
    state,
    rows,
    loss: Float32Array.from(measures.loss),
    penalty: Float32Array.from(measures.penalty),
  };
}

/** Smaller steps for the multipliers where each step visits a good part of the samples. */
const SMALL_STEPS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'projected-lagrangian': { dualLearningRate: 0.2 },
  'nu-pi': { dualLearningRate: 0.2, proportionalGain: 2 },
  pid: { integralGain: 0.2, proportionalGain: 2 },
  // A penalty that ends at 10,000 is too stiff for the learning rate.
  penalty: { alphaEnd: 100 },
};

/**
 * The literal slack step diverges at the default strengths, and numbers that are none can't be compared; multipliers that
 * leap up, or start over, turn a last place on a bound into another training.
 */
function steady({ method, fields }: MethodChoice): Readonly<Record<string, unknown>> {
  if (fields.slackStep === 'gradient')
    return { ...fields, slackLearningRate: 0.05, damping: 0.5, dualLearningRate: 0.2 };
  return { ...fields, ...SMALL_STEPS[method], ...(fields.dualRestart === true && { dualLearningRate: 0.2 }) };
}

const STEPS = TRAININGS.map((training, index) => ({
  // With 8 samples of 2 outputs the measures of all steps of a call are summed up at once, with 5 step by step.
  batchSize: index % 2 === 0 ? 8 : BATCH,
  title: `${training.method} ${Object.values(training.fields).join(' ')} with ${training.optimizer.title}`,
  choice: {
    ...training,
    fields: steady(training),
    // Not in step with the optimizers, of which there are three as well.
    bounds: (['both', 'one of two targets', 'lower'] as const)[(index + Math.floor(index / 3)) % 3]!,
  },
}));

describe('Calls of 1, 3 and 8 steps train the same to the bit', () => {
  test.for(STEPS)('$title', async ({ choice, batchSize }) => {
    const step = stepOf(choice);
    const one = await trainAll(onnx, step, 1, batchSize);
    expect(one.loss).toHaveLength(EPOCHS * Math.ceil(SAMPLES / batchSize));
    for (const stepsPerCall of [3, 8]) {
      const several = await trainAll(onnx, step, stepsPerCall, batchSize);
      expectSameRecords(several.state, one.state, 'bits');
      expectSameRecords(several.rows, one.rows, 'bits');
      expectSame(several.loss, one.loss, 'bits', 'loss');
      expectSame(several.penalty, one.penalty, 'bits', 'penalty');
    }
  });
});

describe('63 steps on engine onnx come to what engine wasm comes to', () => {
  /**
   * float32 rounded in another order at every step, and carried through 63 of them: most stay within 1e-5, and a batch
   * whose terms are summed within 1e-4. Multipliers grow, so it is relative to the larger of 1 and the number.
   */
  const TRAINED: Tolerance = { relative: 2e-4, floor: 1 };

  test.for(STEPS)('$title', async ({ choice }) => {
    const step = stepOf(choice);
    const expected = await trainAll(wasm, step, 1);
    const found = await trainAll(onnx, step, 4);
    expectSame(found.loss, expected.loss, TRAINED, 'loss');
    expectSame(found.penalty, expected.penalty, TRAINED, 'penalty');
    expectSameRecords(found.rows, expected.rows, TRAINED);
    expectSameRecords(found.state, expected.state, TRAINED);
  });
});

describe('A session on engine onnx', () => {
  const step = stepOf({ method: 'augmented-lagrangian', fields: {} });

  test.for([1, 43, 4095, 4096, 4097, 9001])('predicts %s samples as engine wasm does', async (count) => {
    const inputs = randomNumbers(count * 3, count);
    const [found, expected] = [await start(onnx, step), await start(wasm, step)];
    const outputs = await found.predict(inputs, count);
    expect(outputs).toHaveLength(count * 2);
    expectSame(outputs, await expected.predict(inputs, count), { relative: 1e-6, floor: 1 }, 'outputs');
    found.dispose();
    expected.dispose();
  });

  test.for(METHOD_CHOICES.filter(({ fields }) => (fields.order ?? 'dual-first') === 'dual-first'))(
    'gives multipliers and residuals of $method $fields as engine wasm does, in chunks too',
    async (choice) => {
      const chosen = stepOf({ ...choice, bounds: 'one of two targets' });
      const count = 4096 + 77;
      const rows = Object.fromEntries(
        chosen.rowNames.map((name, index) => [name, randomNumbers(count * 2, 50 + index, 1).map(Math.abs)]),
      );
      const values = { count, inputs: randomNumbers(count * 3, 1), targets: randomNumbers(count * 2, 2) };
      const scalars = chosen.scalars({ step: 3, epoch: 1, steps: 10, epochs: 4, learningRate: 0.01 });
      const [found, expected] = [await start(onnx, chosen), await start(wasm, chosen)];
      const outputs = randomNumbers(count * 2, 3);
      const multipliers = await found.multipliers(outputs, rows, scalars);
      const judged = await expected.multipliers(outputs, rows, scalars);
      if (judged === null) {
        expect(multipliers).toBeNull();
        found.dispose();
        expected.dispose();
        return;
      }
      expectSameRecords(multipliers!, judged, { relative: 1e-6, floor: 1 });
      const [gradients, right] = [await found.residuals(values, judged), await expected.residuals(values, judged)];
      for (const part of ['objective', 'constraint'] as const) {
        expect(Object.keys(gradients[part]).sort()).toEqual(Object.keys(right[part]).sort());
        for (const [name, gradient] of Object.entries(right[part])) {
          const largest = gradient.reduce((size, value) => Math.max(size, Math.abs(value)), 1);
          // Sums over thousands of samples in float32, relative to the largest of them.
          gradient.forEach((value, index) => {
            expect(Math.abs(gradients[part][name]![index]! - value), `${part} ${name}[${index}]`).toBeLessThan(
              1e-5 * largest,
            );
          });
        }
      }
      found.dispose();
      expected.dispose();
    },
  );

  test('gives its state in arrays of their own, and takes none of those it was given', async () => {
    const given = firstState(step);
    const session = await onnx.createSession(step, given, { batchSize: BATCH });
    for (const values of Object.values(given)) values.fill(7);
    const first = await session.readState();
    expectSameRecords(first, firstState(step), SAME_NUMBER);
    for (const values of Object.values(first)) values.fill(Number.NaN);
    expectSameRecords(await session.readState(), firstState(step), SAME_NUMBER);
    session.dispose();
  });

  test('keeps the rows and measures of a call when the next one comes', async () => {
    const session = await start(onnx, step);
    const rows = await firstRows(session, step);
    const batch = {
      counts: [SAMPLES],
      inputs: INPUTS,
      targets: TARGETS,
      rows,
      scalars: Object.fromEntries(
        Object.entries(step.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1, learningRate: 0.01 })).map(
          ([name, value]) => [name, Float32Array.of(value)],
        ),
      ),
    };
    const first = await session.train(batch);
    const copy = structuredClone(first);
    await session.train(batch);
    expect(first).toEqual(copy);
    session.dispose();
  });

  test('goes on when more kinds of calls come than it keeps graphs for', async () => {
    const session = await start(onnx, step);
    const predict = (count: number) => session.predict(INPUTS.subarray(0, count * 3), count);
    const first = await predict(1);
    for (let count = 2; count <= 12; count++) expect((await predict(count)).slice(0, 2)).toHaveLength(2);
    expectSame(await predict(1), first, 'bits');
    session.dispose();
  });

  test('refuses a state that lacks a tensor or has one of another size', async () => {
    const { '0.bias': _, ...rest } = firstState(step);
    await expect(onnx.createSession(step, rest, { batchSize: BATCH })).rejects.toThrow(
      'internal: no first value for 0.bias',
    );
    const short = { ...rest, '0.bias': new Float32Array(4) };
    await expect(onnx.createSession(step, short, { batchSize: BATCH })).rejects.toThrow(
      'internal: no first value for 0.bias',
    );
  });

  test('may be disposed, also twice and before it did anything, and leaves no tensor behind', async () => {
    const before = memory().numTensors;
    const session = await start(onnx, step);
    await session.predict(INPUTS, SAMPLES);
    session.dispose();
    session.dispose();
    (await start(onnx, step)).dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('likes fewer steps a call for larger networks, and never less than one', async () => {
    const preferred = async (layers: number[], batchSize: number): Promise<number> => {
      const large = stepOf({ method: 'penalty', fields: {}, layers });
      const session = await onnx.createSession(large, firstState(large), { batchSize });
      const { stepsPerCall } = session;
      session.dispose();
      return stepsPerCall;
    };
    const small = await preferred([3, 8, 2], 8);
    const middle = await preferred([784, 784, 784, 2], 128);
    const large = await preferred([1024, 1024, 1024, 2], 8192);
    expect(small).toBeGreaterThan(8);
    expect(middle).toBeLessThan(small);
    expect(large).toBe(1);
    expect(middle).toBeGreaterThan(large);
  });
});

test('The engine says its name and the version of onnxruntime', () => {
  expect(onnx).toMatchObject({ name: 'onnx', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});
