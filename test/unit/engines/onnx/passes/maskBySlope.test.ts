import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { maskBySlope } from '../../../../../extension/engines/onnx/passes/maskBySlope';
import { SAME_NUMBER } from '../running';
import { expectKept, expectRewrite, expectSameResults, graphOf } from './rewriting';

interface Parts {
  least?: Value;
  otherwise?: Value;
  compared?: number[];
  chosen?: number[];
  operator?: 'Greater' | 'GreaterOrEqual' | 'Less';
}
const masked = (
  b: GraphBuilder,
  {
    least = b.scalar(0),
    otherwise = b.scalar(0),
    compared = [2, 3],
    chosen = [2, 3],
    operator = 'Greater',
  }: Parts = {},
): Value => b.add('Where', [b.add(operator, [b.input('y', compared), least]), b.input('x', chosen), otherwise]);

describe('What is chosen where y is above 0 is multiplied by the step of y', () => {
  test('which is 0 up to 0, and 1 above', () =>
    expectRewrite(
      maskBySlope,
      graphOf((b) => ({ z: masked(b) })),
      `
      input   y  f32[2,3]
      input   x  f32[2,3]
      v0 = HardSigmoid(y, alpha=1.7014118346046923e+38, beta=0)  f32[2,3]
      v1 = Mul(x, v0)  f32[2,3]
      output  z = v1
      `,
      // 0 times a negative number is −0, which is 0.
      SAME_NUMBER,
    ));

  test('at the smallest and largest numbers too', async () => {
    const graph = graphOf((b) => ({ z: masked(b, { compared: [8], chosen: [8] }) }));
    const { POSITIVE_INFINITY: inf } = Number;
    const y = Float32Array.of(-inf, -3e38, -(2 ** -126), -0, 0, 2 ** -126, 3e38, inf);
    const x = Float32Array.of(-5, 3e38, 7, -1, 1, 0.3, -3e38, inf);
    await expectSameResults(graph, maskBySlope(graph), SAME_NUMBER, [{ x, y }]);
  });
});

describe('A choice stays', () => {
  test.for<{ title: string; parts: (b: GraphBuilder) => Parts }>([
    { title: 'where y is compared with another number', parts: (b) => ({ least: b.scalar(0.5) }) },
    { title: 'where y is compared with what is not known', parts: (b) => ({ least: b.input('least', []) }) },
    { title: 'that gives another number elsewhere', parts: (b) => ({ otherwise: b.scalar(1) }) },
    { title: 'that gives what is not known elsewhere', parts: (b) => ({ otherwise: b.input('otherwise', []) }) },
    { title: 'that asks whether y is at least 0', parts: () => ({ operator: 'GreaterOrEqual' }) },
    { title: 'that asks whether y is below 0', parts: () => ({ operator: 'Less' }) },
    { title: 'whose y is smaller than the result', parts: () => ({ compared: [3] }) },
    { title: 'whose x is smaller than the result', parts: () => ({ chosen: [3] }) },
    {
      title: 'that another zero gives its shape',
      parts: (b) => ({ otherwise: b.constant(new Float32Array(12), [2, 2, 3]) }),
    },
  ])('$title', ({ parts }) => {
    expectKept(
      maskBySlope,
      graphOf((b) => ({ z: masked(b, parts(b)) })),
    );
  });
});
