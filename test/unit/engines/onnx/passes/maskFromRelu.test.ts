import { describe, expect, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { maskFromRelu } from '../../../../../extension/engines/onnx/passes/maskFromRelu';
import { expectKept, expectRewrite, expectSameResults, graphOf, text } from './rewriting';

const asNumber = (b: GraphBuilder, truth: Value): Value => b.add('Cast', [truth], { to: 1 });
const mask = (b: GraphBuilder, x: Value, least = b.scalar(0)): Value => asNumber(b, b.add('Greater', [x, least]));

describe('Whether x is above 0', () => {
  test('is asked of its relu', () =>
    expectRewrite(
      maskFromRelu,
      graphOf((b) => {
        const x = b.input('x', [2, 3]);
        return { y: b.add('Relu', [x]), open: mask(b, x) };
      }),
      `
      input   x  f32[2,3]
      v0 = Relu(x)  f32[2,3]
      v1 = Greater(v0, 0)  bool[2,3]
      v2 = Cast(v1, to=1)  f32[2,3]
      output  y = v0
      output  open = v2
      `,
      'bits',
    ));

  test('has the same answer at the ends and for what is no number', async () => {
    const graph = graphOf((b) => {
      const x = b.input('x', [6]);
      return { y: b.add('Relu', [x]), open: mask(b, x) };
    });
    const x = Float32Array.of(-0, 0, 1e-30, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(text(maskFromRelu(graph))).not.toBe(text(graph));
    await expectSameResults(graph, maskFromRelu(graph), 'bits', [{ x }]);
  });

  test('is asked of one relu where there were two', () =>
    expectRewrite(
      maskFromRelu,
      graphOf((b) => {
        const x = b.input('x', [2]);
        return { y: b.add('Relu', [x]), again: b.add('Relu', [x]), open: mask(b, x) };
      }),
      `
      input   x  f32[2]
      v0 = Relu(x)  f32[2]
      v1 = Greater(v0, 0)  bool[2]
      v2 = Cast(v1, to=1)  f32[2]
      output  y = v0
      output  again = v0
      output  open = v2
      `,
      'bits',
    ));

  test.for<{ title: string; build: (b: GraphBuilder, x: Value) => Record<string, Value> }>([
    { title: 'is asked of x when there is no relu of it', build: (b, x) => ({ open: mask(b, x) }) },
    {
      title: 'is asked of x when only something else has a relu',
      build: (b, x) => ({ y: b.add('Relu', [b.input('z', [2])]), open: mask(b, x) }),
    },
    {
      title: 'is asked of x when the relu comes later',
      build: (b, x) => ({ open: mask(b, x), y: b.add('Relu', [x]) }),
    },
    {
      title: 'is another question for a number other than 0',
      build: (b, x) => ({ y: b.add('Relu', [x]), open: mask(b, x, b.scalar(-1)) }),
    },
    {
      title: 'is another question the other way round, or with equality',
      build: (b, x) => ({
        y: b.add('Relu', [x]),
        closed: asNumber(b, b.add('Greater', [b.scalar(0), x])),
        less: asNumber(b, b.add('Less', [x, b.scalar(0)])),
        open: asNumber(b, b.add('GreaterOrEqual', [x, b.scalar(0)])),
      }),
    },
    {
      title: 'is another question for 0 that is not known',
      build: (b, x) => ({ y: b.add('Relu', [x]), open: mask(b, x, b.input('zero', [])) }),
    },
  ])('$title', ({ build }) => {
    expectKept(
      maskFromRelu,
      graphOf((b) => build(b, b.input('x', [2]))),
    );
  });
});
