import { describe, expect, test } from 'vitest';
import { estimatedMs, LONGEST_CALL_MS, Pace, stepsPerCall, threadsFor } from '../../../../extension/engines/onnx/cost';
import { type Graph, GraphBuilder } from '../../../../extension/engines/onnx/graph';

/** A chain of `nodes` products of a `[rows, width]` by a `[width, width]`. */
function products(nodes: number, width: number, rows = 8): Graph {
  const builder = new GraphBuilder();
  let x = builder.input('x', [rows, width]);
  const weight = builder.input('w', [width, width]);
  for (let index = 0; index < nodes; index++) x = builder.add('Gemm', [x, weight]);
  return builder.build([{ name: 'y', value: x }]);
}

function elementwise(nodes: number, size: number): Graph {
  const builder = new GraphBuilder();
  let x = builder.input('x', [size]);
  for (let index = 0; index < nodes; index++) x = builder.add('Neg', [x]);
  return builder.build([{ name: 'y', value: x }]);
}

describe('The estimate of a step', () => {
  test.for([
    ['nodes', [1, 2, 10, 100].map((nodes) => elementwise(nodes, 10))],
    ['elements', [1, 1000, 100_000, 10_000_000].map((size) => elementwise(1, size))],
    ['the width of a product', [1, 16, 256, 1024].map((width) => products(1, width))],
    ['the rows of a product', [1, 16, 256].map((rows) => products(1, 64, rows))],
  ] as const)('grows with %s', ([, graphs]) => {
    const estimates = graphs.map(estimatedMs);
    for (const [index, estimate] of estimates.slice(1).entries()) expect(estimate).toBeGreaterThan(estimates[index]!);
  });

  test('counts a product by what is summed over, whichever way its first matrix lies', () => {
    const product = (shape: [number, number], attributes: Record<string, number>) => {
      const builder = new GraphBuilder();
      const weight = builder.input('w', [1000, 5]);
      const value = builder.add('Gemm', [builder.input('x', shape), weight], attributes);
      return estimatedMs(builder.build([{ name: 'y', value }]));
    };
    expect(product([20, 1000], {})).toBe(product([1000, 20], { transA: 1 }));
    expect(product([20, 1000], {})).toBeGreaterThan(estimatedMs(elementwise(1, 100)));
  });
});

describe('The number of steps in a call', () => {
  test('is the most there may be for a small step', () => {
    expect(stepsPerCall(elementwise(10, 10))).toBe(32);
  });

  test('keeps the nodes of a call in bounds', () => {
    for (const nodes of [100, 250, 700, 2000]) {
      const count = stepsPerCall(elementwise(nodes, 1));
      expect(count * nodes).toBeLessThanOrEqual(2500);
      expect((count + 1) * nodes).toBeGreaterThan(2500);
    }
  });

  test('keeps a call below its longest time, as estimated', () => {
    for (const width of [256, 512, 1024]) {
      const step = products(6, width, 32);
      expect(stepsPerCall(step) * estimatedMs(step)).toBeLessThan(LONGEST_CALL_MS);
    }
  });

  test('is at least 1 however large the step, and a whole number for no nodes at all', () => {
    expect(stepsPerCall(products(4, 8192, 1024))).toBe(1);
    expect(stepsPerCall(elementwise(5000, 1))).toBe(1);
    expect(stepsPerCall(elementwise(0, 1))).toBe(32);
  });

  test('never grows as the network does', () => {
    const counts = Array.from({ length: 60 }, (_, index) => stepsPerCall(products(6, 64 + 32 * index, 32)));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.every(Number.isInteger)).toBe(true);
    expect(new Set(counts).size).toBeGreaterThan(5);
  });
});

describe('The pace of a training', () => {
  const LONG = LONGEST_CALL_MS * 2;

  test('stays while calls are short, and when only some are long', () => {
    const pace = new Pace(16);
    const five = new Array<number>(5).fill(LONG);
    for (const ms of [...five, LONGEST_CALL_MS, ...five, 30, ...five]) pace.took(16, ms);
    expect(pace.stepsPerCall).toBe(16);
  });

  test('halves after six long calls in a row, again and again, down to one step', () => {
    const pace = new Pace(17);
    const seen = [17, 9, 5, 3, 2, 1, 1].map((expected) => {
      expect(pace.stepsPerCall).toBe(expected);
      for (let call = 0; call < 6; call++) pace.took(pace.stepsPerCall, LONG);
      return expected;
    });
    expect(seen).toHaveLength(7);
  });

  test('counts long calls anew after it fell', () => {
    const pace = new Pace(16);
    for (let call = 0; call < 11; call++) pace.took(pace.stepsPerCall, LONG);
    expect(pace.stepsPerCall).toBe(8);
    pace.took(8, LONG);
    expect(pace.stepsPerCall).toBe(4);
  });

  test('falls although epochs end with a short call in between', () => {
    const pace = new Pace(16);
    for (let epoch = 0; epoch < 6; epoch++) {
      pace.took(16, LONG);
      pace.took(5, LONGEST_CALL_MS / 2);
    }
    expect(pace.stepsPerCall).toBe(8);
  });

  test('rises by the steps it fell by after ten short calls in a row, never above what was estimated', () => {
    const pace = new Pace(17);
    for (let call = 0; call < 12; call++) pace.took(pace.stepsPerCall, LONG);
    expect(pace.stepsPerCall).toBe(5);
    for (let call = 0; call < 9; call++) pace.took(5, 22);
    pace.took(5, 23);
    for (let call = 0; call < 9; call++) pace.took(5, 22);
    expect(pace.stepsPerCall).toBe(5);
    pace.took(5, 22);
    expect(pace.stepsPerCall).toBe(9);
    for (let call = 0; call < 30; call++) pace.took(pace.stepsPerCall, 1);
    expect(pace.stepsPerCall).toBe(17);
  });

  test('takes twice as long to rise each time it had risen in vain', () => {
    const pace = new Pace(8);
    const fall = (): void => {
      for (let call = 0; call < 6; call++) pace.took(pace.stepsPerCall, LONG);
    };
    fall();
    for (const patience of [10, 20, 40]) {
      for (let call = 1; call < patience; call++) pace.took(4, 1);
      expect(pace.stepsPerCall).toBe(4);
      pace.took(4, 1);
      expect(pace.stepsPerCall).toBe(8);
      fall();
    }
  });

  test('learns nothing of full calls from short ones with fewer steps', () => {
    const pace = new Pace(8);
    for (let call = 0; call < 6; call++) pace.took(8, LONG);
    for (let call = 0; call < 50; call++) pace.took(1, 1);
    expect(pace.stepsPerCall).toBe(4);
  });
});

describe('The threads of a graph', () => {
  test('are one for small nodes however many there are, else all', () => {
    expect(threadsFor(elementwise(1000, 10), 4)).toBe(1);
    expect(threadsFor(elementwise(0, 10), 4)).toBe(1);
    expect(threadsFor(products(1, 2048, 64), 4)).toBe(4);
    expect(threadsFor(elementwise(1, 10_000_000), 4)).toBe(4);
  });
});
