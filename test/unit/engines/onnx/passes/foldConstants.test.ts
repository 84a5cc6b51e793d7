import { describe, expect, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import type { OperatorName } from '../../../../../extension/engines/onnx/operators';
import { foldConstants } from '../../../../../extension/engines/onnx/passes/foldConstants';
import { expectSame, runGraph } from '../running';
import { expectKept, expectRewrite, graphOf, text } from './rewriting';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
/** Numbers whose sums, products and quotients round, overflow, or are none. */
const AWKWARD = [-inf, -3e38, -3, -0.1, -0, 0, 1 / 3, 0.7, 1, 16777217, 3e38, inf, nan];
const vector = (b: GraphBuilder, numbers: readonly number[]): Value =>
  b.constant(Float32Array.from(numbers), [numbers.length]);

const BINARY = ['Add', 'Sub', 'Mul', 'Div'] as const;
const UNARY = ['Neg', 'Abs', 'Sqrt', 'Reciprocal', 'Relu'] as const;

describe('Arithmetic on constants is done at once, as onnxruntime would', () => {
  /** The same with the constants given as inputs, so that onnxruntime computes it. */
  const computed = async (operator: OperatorName, shapes: readonly number[][], given: readonly number[][]) => {
    const graph = graphOf((b) => ({
      y: b.add(
        operator,
        shapes.map((shape, index) => b.input(`x${index}`, shape)),
      ),
    }));
    const inputs = Object.fromEntries(given.map((values, index) => [`x${index}`, Float32Array.from(values)]));
    return (await runGraph(graph, inputs)).y!;
  };

  test.for(BINARY)('%s, each awkward number with each', async (operator) => {
    const count = AWKWARD.length;
    const graph = graphOf((b) => ({
      y: b.add(operator, [b.constant(Float32Array.from(AWKWARD), [count, 1]), vector(b, AWKWARD)]),
    }));
    const folded = foldConstants(graph);
    expect(folded.nodes).toEqual([]);
    const { elements, shape } = folded.constants.find(({ value }) => value === folded.outputs[0]!.value)!;
    expect(shape).toEqual([count, count]);
    expectSame(elements as Float32Array, await computed(operator, [[count, 1], [count]], [AWKWARD, AWKWARD]), 'bits');
  });

  test.for(UNARY)('%s', async (operator) => {
    const graph = graphOf((b) => ({ y: b.add(operator, [vector(b, AWKWARD)]) }));
    const folded = foldConstants(graph);
    expect(folded.nodes).toEqual([]);
    const { elements } = folded.constants.find(({ value }) => value === folded.outputs[0]!.value)!;
    expectSame(elements as Float32Array, await computed(operator, [[AWKWARD.length]], [AWKWARD]), 'bits');
  });

  test('however they broadcast', async () => {
    // [2,1,2] with [3,1]: 10 + 1, 20 + 1; 10 + 2, … and with a number.
    const graph = graphOf((b) => {
      const sum = b.add('Add', [
        b.constant(Float32Array.of(10, 20, 30, 40), [2, 1, 2]),
        b.constant(Float32Array.of(1, 2, 3), [3, 1]),
      ]);
      return { y: b.add('Mul', [b.scalar(2), sum]) };
    });
    const folded = foldConstants(graph);
    const { elements, shape } = folded.constants.find(({ value }) => value === folded.outputs[0]!.value)!;
    expect(shape).toEqual([2, 3, 2]);
    expect([...elements]).toEqual([22, 42, 24, 44, 26, 46, 62, 82, 64, 84, 66, 86]);
  });

  test('and so are chains of it, and reshapes', () =>
    expectRewrite(
      foldConstants,
      graphOf((b) => {
        const third = b.add('Div', [b.scalar(1), b.scalar(4)]);
        const reshaped = b.add('Reshape', [third, b.integers([1, 1])]);
        return { y: b.add('Mul', [b.input('x', [2, 2]), b.add('Neg', [reshaped])]) };
      }),
      `
      input   x  f32[2,2]
      v0 = Mul(x, f32[1,1][-0.25])  f32[2,2]
      output  y = v0
      `,
      'bits',
    ));
});

describe('Not folded is', () => {
  test('what depends on an input', () => {
    expectKept(
      foldConstants,
      graphOf((b) => ({ y: b.add('Add', [b.input('x', []), b.scalar(1)]), z: b.add('Neg', [b.input('z', [2])]) })),
    );
    expectKept(
      foldConstants,
      graphOf((b) => ({ y: b.add('Reshape', [b.input('x', [2]), b.integers([1, 2])]) })),
    );
  });

  test('what no standard rounds the same everywhere', () => {
    expectKept(
      foldConstants,
      graphOf((b) => ({ y: b.add('Exp', [b.scalar(1)]), z: b.add('Pow', [b.scalar(2), b.scalar(0.5)]) })),
    );
  });

  test('what would be larger than 4096 elements', () => {
    const wide = (rows: number) =>
      graphOf((b) => ({
        y: b.add('Add', [vector(b, new Array(64).fill(1)), b.constant(new Float32Array(rows), [rows, 1])]),
      }));
    expect(foldConstants(wide(64)).nodes).toEqual([]);
    expectKept(foldConstants, wide(65));
  });

  test('a broadcast, which is smaller as it is', () => {
    const graph = graphOf((b) => ({ y: b.add('Expand', [b.scalar(1), b.integers([9])]) }));
    expectKept(foldConstants, graph);
    expect(text(graph)).toContain('Expand(1, [9])');
  });
});
