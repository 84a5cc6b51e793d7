import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../../../extension/engines/onnx/graph';
import { countUses, numberOf, type Place, rewrite } from '../../../../../extension/engines/onnx/passes/rewrite';
import { printGraph } from '../../../../../extension/engines/onnx/print';
import { graphOf, lines } from './rewriting';

const chain = graphOf((b) => {
  const x = b.input('x', [2]);
  return { y: b.add('Exp', [b.add('Neg', [b.add('Abs', [x])])]) };
});

describe('A rule', () => {
  test('that changes nothing leaves the graph as it was, in a copy', () => {
    const copy = rewrite(chain, () => null);
    expect(printGraph(copy)).toBe(printGraph(chain));
    expect(copy.outputs[0]!.value).not.toBe(chain.outputs[0]!.value);
  });

  test('sees what was put in place of the nodes before', () => {
    const seen: (string | undefined)[] = [];
    const rewritten = rewrite(chain, ({ operator, inputs }, { builder, producer }) => {
      seen.push(`${operator} of ${producer(inputs[0]!)?.operator}`);
      return operator === 'Abs' ? builder.add('Sqrt', inputs) : null;
    });
    expect(seen).toEqual(['Abs of undefined', 'Neg of Sqrt', 'Exp of Neg']);
    expect(printGraph(rewritten)).toBe(
      lines(`
      input   x  f32[2]
      v0 = Sqrt(x)  f32[2]
      v1 = Neg(v0)  f32[2]
      v2 = Exp(v1)  f32[2]
      output  y = v2
      `),
    );
  });

  test('may put an input of the graph in place of an output of it', () => {
    expect(printGraph(rewrite(chain, ({ inputs }) => inputs[0]!))).toBe('input   x  f32[2]\noutput  y = x\n');
  });

  test('is not asked about a node with several outputs', () => {
    const graph = graphOf((b) => {
      const [left, right] = b.addNode('Split', [b.input('x', [2]), b.integers([1, 1])], { axis: 0 });
      return { left: left!, right: right! };
    });
    const rewritten = rewrite(graph, () => {
      throw new Error('asked');
    });
    expect(printGraph(rewritten)).toBe(printGraph(graph));
  });

  test('knows whether a node alone uses an input: not what another node, an output or the node itself uses again', () => {
    const graph = graphOf((b) => {
      const x = b.input('x', [2]);
      const [alone, twice, shared, given] = ['Neg', 'Abs', 'Sqrt', 'Exp'].map((name) => b.add(name as 'Neg', [x]));
      const uses = [b.add('Sin', [alone!]), b.add('Mul', [twice!, twice!]), b.add('Cos', [shared!])];
      return { a: uses[0]!, b: uses[1]!, c: uses[2]!, d: b.add('Add', [shared!, given!]), given: given! };
    });
    const alone: Record<string, boolean[]> = {};
    rewrite(graph, ({ operator, inputs }, { isOnlyUseOf }) => {
      alone[operator] = inputs.map((_, index) => isOnlyUseOf(index));
      return null;
    });
    expect(alone).toMatchObject({ Sin: [true], Mul: [false, false], Cos: [false], Add: [false, false] });
  });
});

test('The uses of a value are counted by operand and output', () => {
  const graph = graphOf((b) => {
    const x = b.input('x', [2]);
    return { y: b.add('Mul', [x, x]), x };
  });
  const uses = countUses(graph);
  expect(uses.get(graph.inputs[0]!.value)).toBe(3);
  expect(uses.get(graph.nodes[0]!.outputs[0]!)).toBe(1);
});

test('A constant is one number when all its elements are, to the sign of zero', () => {
  const builder = new GraphBuilder();
  const place = { constantOf: (value) => builder.constantOf(value) } as Place;
  const number = (...elements: number[]) =>
    numberOf(builder.constant(Float32Array.from(elements), [elements.length]), place);
  expect(number(2, 2, 2)).toBe(2);
  expect(number(2, 2, 3)).toBeNull();
  expect(number(0, -0)).toBeNull();
  expect(number(-0)).toBe(-0);
  expect(number(Number.NaN, Number.NaN)).toBeNaN();
  expect(number()).toBeNull();
  expect(numberOf(builder.integers([1]), place)).toBeNull();
  expect(numberOf(builder.input('x', []), place)).toBeNull();
});
