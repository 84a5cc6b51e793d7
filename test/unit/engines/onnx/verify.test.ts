import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, type Value } from '../../../../extension/engines/onnx/graph';
import { GraphError } from '../../../../extension/engines/onnx/operators';
import { verify } from '../../../../extension/engines/onnx/verify';

interface Sound {
  graph: Graph;
  x: Value;
  one: Value;
  y: Value;
}

/** `y = relu(x + 1)`, `left` one half of x; nothing wrong with it. */
function sound(): Sound {
  const builder = new GraphBuilder();
  const x = builder.input('x', [2]);
  const one = builder.scalar(1);
  const y = builder.add('Relu', [builder.add('Add', [x, one])]);
  const [left] = builder.addNode('Split', [x, builder.integers([1, 1])], { axis: 0 });
  const graph = builder.build([
    { name: 'y', value: y },
    { name: 'left', value: left! },
  ]);
  return { graph, x, one, y };
}

const FAULTS: readonly { fault: string; break: (sound: Sound) => Partial<Graph> }[] = [
  {
    fault: 'there are two inputs x.',
    break: ({ graph }) => ({ inputs: [...graph.inputs, { name: 'x', value: { type: 'float32', shape: [] } }] }),
  },
  {
    fault: 'there are two outputs y.',
    break: ({ graph, x }) => ({ outputs: [...graph.outputs, { name: 'y', value: x }] }),
  },
  {
    fault: 'input again is made twice.',
    break: ({ graph, x }) => ({ inputs: [...graph.inputs, { name: 'again', value: x }] }),
  },
  {
    fault: 'a constant is made twice.',
    break: ({ graph }) => ({ constants: [...graph.constants, graph.constants[0]!] }),
  },
  {
    fault: 'a constant float32[3] has 1 elements.',
    break: ({ graph }) => ({ constants: [{ ...graph.constants[0]!, shape: [3] }, ...graph.constants.slice(1)] }),
  },
  {
    fault: 'a constant float32[] has elements of another type.',
    break: ({ graph }) => ({
      constants: [{ ...graph.constants[0]!, elements: BigInt64Array.of(1n) }, ...graph.constants.slice(1)],
    }),
  },
  {
    fault: 'a constant int64[2] has elements of another type.',
    break: ({ graph }) => ({
      constants: [graph.constants[0]!, { ...graph.constants[1]!, elements: Float32Array.of(1, 1) }],
    }),
  },
  { fault: 'node 0 (Add) uses a value that is not made before it.', break: () => ({ inputs: [] }) },
  {
    fault: 'node 0 (Add) uses a value that is not made before it.',
    break: ({ graph }) => ({ constants: graph.constants.slice(1) }),
  },
  {
    fault: 'node 0 (Relu) uses a value that is not made before it.',
    break: ({ graph }) => ({ nodes: [graph.nodes[1]!, graph.nodes[0]!, graph.nodes[2]!] }),
  },
  {
    fault: 'node 0 (Add) is wrong: Add takes 2 inputs, not 1.',
    break: ({ graph, x }) => ({ nodes: [{ ...graph.nodes[0]!, inputs: [x] }] }),
  },
  {
    // The sizes have to be a constant of this graph, and not of the one it came from.
    fault: 'node 2 (Split) is wrong: Split takes its sizes and axes as integer constants.',
    break: ({ graph }) => ({
      constants: graph.constants.slice(0, 1),
      inputs: [...graph.inputs, { name: 'sizes', value: graph.constants[1]!.value }],
    }),
  },
  {
    fault: 'node 2 (Split) has 1 outputs, not 2.',
    break: ({ graph }) => ({
      nodes: [...graph.nodes.slice(0, 2), { ...graph.nodes[2]!, outputs: graph.nodes[2]!.outputs.slice(0, 1) }],
    }),
  },
  {
    fault: 'node 0 (Add) gives float32[2] where float32[3] is written.',
    break: ({ graph }) => ({ nodes: [{ ...graph.nodes[0]!, outputs: [{ type: 'float32', shape: [3] }] }] }),
  },
  {
    fault: 'node 0 (Add) gives float32[2] where bool[2] is written.',
    break: ({ graph }) => ({ nodes: [{ ...graph.nodes[0]!, outputs: [{ type: 'bool', shape: [2] }] }] }),
  },
  {
    fault: 'node 0 (Add) is made twice.',
    break: ({ graph, x }) => ({ nodes: [{ ...graph.nodes[0]!, outputs: [x] }] }),
  },
  {
    fault: 'node 1 (Add) is made twice.',
    break: ({ graph }) => ({ nodes: [graph.nodes[0]!, graph.nodes[0]!] }),
  },
  { fault: 'output y is made nowhere.', break: ({ graph }) => ({ nodes: graph.nodes.slice(0, 1) }) },
];

describe('The verifier', () => {
  test('finds nothing wrong with a sound graph', () => {
    verify(sound().graph, 'a test');
  });

  test('lets an output be an input or a constant, and a value have two names', () => {
    const { graph, x, one, y } = sound();
    const named = [
      { name: 'x', value: x },
      { name: 'one', value: one },
      { name: 'again', value: y },
    ];
    verify({ ...graph, outputs: [...graph.outputs, ...named] }, 'a test');
  });

  test.for(FAULTS)('tells after which stage $fault', ({ fault, break: breaking }) => {
    const good = sound();
    const bad: Graph = { ...good.graph, ...breaking(good) };
    expect(() => verify(bad, 'addInGemm')).toThrow(new GraphError(`internal: after addInGemm, ${fault}`));
  });

  test("lets another's error through", () => {
    const { graph } = sound();
    const broken = {
      ...graph,
      nodes: [{ ...graph.nodes[0]!, attributes: null, operator: 'Gemm' }],
    } as unknown as Graph;
    (broken.nodes[0] as { inputs: unknown }).inputs = [matrix, matrix];
    expect(() => verify({ ...broken, inputs: [{ name: 'm', value: matrix }] }, 'a test')).toThrow(TypeError);
  });
});

const matrix: Value = { type: 'float32', shape: [2, 2] };
