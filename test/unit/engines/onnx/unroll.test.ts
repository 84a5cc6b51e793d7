import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Graph, sizeOf } from '../../../../extension/engines/onnx/graph';
import { compileStep, compileSteps, NAMES } from '../../../../extension/engines/onnx/programs';
import { unroll } from '../../../../extension/engines/onnx/unroll';
import { verify } from '../../../../extension/engines/onnx/verify';
import { graphOf } from './passes/rewriting';
import { type Arrays, expectSameRecords, randomNumbers, runGraph, type Tolerance } from './running';
import { firstState, METHOD_CHOICES, OPTIMIZERS, scalarsOf, stepOf } from './steps';

beforeAll(async () => {
  await setBackend('cpu');
});

const concatenated = (parts: readonly Float32Array[]): Float32Array =>
  Float32Array.from(parts.flatMap((values) => [...values]));

describe('Unrolled steps', () => {
  const CARRIED = { carried: new Set(['w']), next: (name: string) => `next.${name}` };
  /** w ← w·rate + Σ x, and row ← row + w of before. */
  const stepFor = (count: number): Graph =>
    graphOf((b) => {
      const [w, x, row, rate] = [
        b.input('w', [1]),
        b.input('x', [count, 2]),
        b.input('row', [count, 1]),
        b.input('rate', []),
      ];
      const sum = b.add('ReduceSum', [x, b.integers([0, 1])], { keepdims: 0 });
      return {
        'next.w': b.add('Add', [b.add('Mul', [w, rate]), sum]),
        'next.row': b.add('Add', [row, w]),
        loss: b.add('Neg', [sum]),
      };
    });

  test('hand the state on, and samples, rows and scalars out in order', async () => {
    const graph = unroll([stepFor(2), stepFor(1)], CARRIED);
    verify(graph, 'unrolling');
    expect(graph.inputs.map(({ name, value }) => `${name} [${value.shape}]`)).toEqual([
      'w [1]',
      'x [3,2]',
      'row [3,1]',
      'rate [2]',
    ]);
    const outputs = await runGraph(graph, {
      w: Float32Array.of(10),
      x: Float32Array.of(1, 2, 3, 4, 5, 6),
      row: Float32Array.of(100, 200, 300),
      rate: Float32Array.of(2, 3),
    });
    // w: 10·2 + (1+2+3+4) = 30, then 30·3 + (5+6) = 101.
    expect(Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, [...values]]))).toEqual({
      'next.w': [101],
      'next.row': [110, 210, 330],
      loss: [-10, -11],
    });
  });

  test('of one step are that step, with its scalars as lists of one', async () => {
    const graph = unroll([stepFor(2)], CARRIED);
    verify(graph, 'unrolling');
    expect(graph.inputs.find(({ name }) => name === 'rate')!.value.shape).toEqual([1]);
    expect(graph.outputs.find(({ name }) => name === 'loss')!.value.shape).toEqual([1]);
  });

  test('carry a state that does not move', async () => {
    const still = graphOf((b) => {
      const w = b.input('w', [2]);
      return { 'next.w': w, y: b.add('Mul', [w, b.input('x', [2])]) };
    });
    const outputs = await runGraph(unroll([still, still], CARRIED), {
      w: Float32Array.of(2, 3),
      x: Float32Array.of(1, 10, 100, 1000),
    });
    expect([...outputs['next.w']!]).toEqual([2, 3]);
    expect([...outputs.y!]).toEqual([2, 30, 200, 3000]);
  });

  // Sums of 16 numbers begin where onnxruntime would let each begin, sums of 6 don't: those are left to each step.
  test.for([
    { rows: 8, sums: 1 },
    { rows: 3, sums: 3 },
  ])(
    'alike compute what has no state in it for all of them at once where $rows rows allow it, and give the same',
    async ({ rows, sums }) => {
      const step = graphOf((b) => {
        const [w, x, rate] = [b.input('w', [2]), b.input('x', [rows, 2]), b.input('rate', [])];
        const half = b.add('Mul', [b.add('Exp', [rate]), b.scalar(0.5)]);
        const change = b.add('Mul', [b.add('ReduceSum', [x, b.integers([0])], { keepdims: 0 }), half]);
        const errors = b.add('Sub', [b.add('Mul', [x, w]), b.constant(Float32Array.of(1, -1), [2])]);
        return {
          'next.w': b.add('Add', [w, change]),
          'next.row': b.add('Mul', [x, half]),
          loss: b.add('Mul', [b.add('ReduceMean', [errors, b.integers([0, 1])], { keepdims: 0 }), half]),
          half,
        };
      });
      const graph = unroll([step, step, step], CARRIED);
      verify(graph, 'unrolling');
      const nodesOf = (wanted: string) => graph.nodes.filter(({ operator }) => operator === wanted);
      expect([nodesOf('Exp').length, nodesOf('ReduceMean').length]).toEqual([1, sums]);
      const inputs = {
        w: Float32Array.of(1, 2),
        x: randomNumbers(3 * rows * 2, 1),
        rate: Float32Array.of(0.1, 0.2, 0.3),
      };
      const outputs = await runGraph(graph, inputs);
      let w: Float32Array = inputs.w;
      const single: Arrays[] = [];
      for (let index = 0; index < 3; index++) {
        const x = inputs.x.subarray(index * rows * 2, (index + 1) * rows * 2);
        single.push(await runGraph(step, { w, x, rate: inputs.rate.subarray(index, index + 1) }));
        w = single.at(-1)!['next.w']!;
      }
      const join = (name: string) => concatenated(single.map((result) => result[name]!));
      expectSameRecords(
        outputs,
        { 'next.w': w, 'next.row': join('next.row'), loss: join('loss'), half: join('half') },
        { relative: 1e-6, floor: 1 },
      );
    },
  );

  test('may hold a number computed from constants alone', async () => {
    const step = graphOf((b) => {
      const [w, rate] = [b.input('w', [2]), b.input('rate', [])];
      const number = b.add('Exp', [b.scalar(1)]);
      return {
        'next.w': b.add('Mul', [w, b.add('Mul', [rate, number])]),
        loss: b.add('Sqrt', [number]),
        constant: b.add('Exp', [b.scalar(0)]),
      };
    });
    const {
      'next.w': w,
      loss,
      constant,
    } = await runGraph(unroll([step, step], CARRIED), {
      w: Float32Array.of(1, 2),
      rate: Float32Array.of(2, 3),
    });
    // 2e·3e = 6e², √e twice.
    expect(w![0]).toBeCloseTo(6 * Math.E ** 2, 4);
    expect([...constant!]).toEqual([1, 1]);
    expect([...loss!]).toEqual([Math.fround(Math.sqrt(Math.E)), Math.fround(Math.sqrt(Math.E))]);
  });

  test('carry a state that is one number', async () => {
    const step = graphOf((b) => {
      const [w, x] = [b.input('w', []), b.input('x', [2])];
      const mean = b.add('ReduceMean', [x, b.integers([0])], { keepdims: 0 });
      return { 'next.w': b.add('Add', [w, mean]), loss: b.add('Mul', [w, mean]) };
    });
    const { 'next.w': w, loss } = await runGraph(unroll([step, step], CARRIED), {
      w: Float32Array.of(10),
      x: Float32Array.of(1, 3, 5, 7),
    });
    // Means 2 and 6: 10 + 2 = 12, 12 + 6 = 18; 10·2 and 12·6.
    expect([...w!]).toEqual([18]);
    expect([...loss!]).toEqual([20, 72]);
  });

  test('of no step are refused', () => {
    expect(() => unroll([], CARRIED)).toThrow('internal: no step to unroll');
  });
});

/** Inputs that are stacked, of a graph for these numbers of samples, cut to the part of each step. */
function partsOf(
  graph: Graph,
  inputs: Arrays,
  carried: ReadonlySet<string>,
  counts: readonly number[],
  index: number,
): Arrays {
  const samples = counts.reduce((sum, count) => sum + count, 0);
  const from = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    graph.inputs
      .filter(({ name }) => !carried.has(name))
      .map(({ name }) => {
        const values = inputs[name]!;
        if (name.startsWith('scalars.')) return [name, values.subarray(index, index + 1)];
        const width = values.length / samples;
        return [name, values.subarray(from * width, (from + counts[index]!) * width)];
      }),
  );
}

const equals = (one: Float32Array | undefined, other: Float32Array | undefined): boolean =>
  String(one) === String(other);

const only = (values: Arrays, wanted: (name: string) => boolean): Arrays =>
  Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));

/** Measures of alike steps are summed up at once, in another order; nothing is trained by them. */
const MEASURED: Tolerance = { relative: 1e-6, floor: 1 };

describe('Several steps in one graph do to the bit to state and rows what as many calls do', () => {
  const cases = METHOD_CHOICES.flatMap((choice, index) => [
    { ...choice, optimizer: OPTIMIZERS[2], counts: [4, 4, 3] },
    { ...choice, optimizer: OPTIMIZERS[index % 2]!, counts: [2, 5, 5, 1] },
  ]);

  test.for(
    cases.map((choice) => ({
      choice,
      title: `${choice.method} ${Object.values(choice.fields).join(' ')}, ${choice.optimizer.title}, batches ${choice.counts}`,
    })),
  )('$title', async ({ choice }) => {
    const { counts } = choice;
    // All outputs here may be clamped by "relu": with bounds on both targets nothing would move.
    const step = stepOf({ ...choice, bounds: choice.method === 'relu' ? 'one of two targets' : 'both' });
    const carried = new Set(step.state.map(({ name }) => NAMES.state(name)));
    const stepGraphs = new Map([...new Set(counts)].map((count) => [count, compileStep(step, count)]));
    const together = compileSteps(
      step,
      counts.map((count) => stepGraphs.get(count)!),
    );
    verify(together, 'compiling');

    // The first three steps of Adam, whose step size changes most.
    const stacked: Arrays = scalarsOf(
      step,
      counts.map((_, index) => index),
      0.02,
    );
    let state = firstState(step);
    for (const [index, { name, value }] of together.inputs.entries()) {
      if (carried.has(name) || name in stacked) continue;
      const values = randomNumbers(sizeOf(value.shape), 500 + index, 1);
      stacked[name] = name.startsWith('rows.') ? values.map((row) => Math.abs(row) + 0.1) : values;
    }
    const outputs = await runGraph(together, { ...state, ...stacked });

    const others: Arrays[] = [];
    for (const [index, count] of counts.entries()) {
      const one = compileSteps(step, [stepGraphs.get(count)!]);
      const result = await runGraph(one, { ...state, ...partsOf(one, stacked, carried, counts, index) });
      state = Object.fromEntries(Object.keys(state).map((name) => [name, result[NAMES.next(name)]!]));
      others.push(result);
    }
    const expected = Object.fromEntries(
      together.outputs.map(({ name }) => {
        const last = Object.keys(state).find((key) => NAMES.next(key) === name);
        return [name, last === undefined ? concatenated(others.map((result) => result[name]!)) : state[last]!];
      }),
    );
    const isMeasure = (name: string) => name === NAMES.loss || name === NAMES.penalty;
    expectSameRecords(
      only(outputs, (name) => !isMeasure(name)),
      only(expected, (name) => !isMeasure(name)),
      'bits',
    );
    expectSameRecords(only(outputs, isMeasure), only(expected, isMeasure), MEASURED);
    expect(outputs[NAMES.loss]).toHaveLength(counts.length);
    // A test of nothing if nothing moved.
    const first = firstState(step);
    const still = step.state.map(({ name }) => name).filter((name) => equals(outputs[NAMES.next(name)], first[name]));
    // What a method keeps per output may stay, such as the integral of a violation that is none, but not all of it.
    expect(still.filter((name) => !step.sharedNames.includes(name))).toEqual([]);
    if (step.sharedNames.length > 0) expect(still.length).toBeLessThan(step.sharedNames.length);
  });
});
