/** What single nodes of a compiled step cost: chains of the same node, one after the other, timed by the call. */
import { type Graph, GraphBuilder, sizeOf, type Value } from '../../extension/engines/onnx/graph';
import { loadRuntime } from '../../extension/engines/onnx/runtime';
import { type Spread, spreadOf } from './statistics';

export interface NodeResult {
  readonly title: string;
  readonly microseconds: Spread;
}

const CALLS = 100;

/** A chain of `length` repetitions of what `add` adds to the value before. */
interface Chain {
  readonly title: string;
  readonly length: number;
  readonly start: readonly number[];
  add(builder: GraphBuilder, value: Value, given: (name: string, shape: readonly number[]) => Value): Value;
}

const SMALL = 200;
const LARGE = 8;

const CHAINS: readonly Chain[] = [
  {
    title: 'Add [32,2]',
    length: SMALL,
    start: [32, 2],
    add: (builder, x, given) => builder.add('Add', [x, given('y', [32, 2])]),
  },
  ...(['Add', 'Div'] as const).map(
    (operator): Chain => ({
      title: `${operator} [4546], all parameters of 3-64-64-2`,
      length: SMALL,
      start: [4546],
      add: (builder, x, given) => builder.add(operator, [x, given('y', [4546])]),
    }),
  ),
  {
    title: 'Mul [4546] by a number',
    length: SMALL,
    start: [4546],
    add: (builder, x, given) => builder.add('Mul', [x, given('y', [1])]),
  },
  {
    title: 'Where(Greater) [32,64], a relu mask',
    length: SMALL,
    start: [32, 64],
    add: (builder, x, given) =>
      builder.add('Where', [builder.add('Greater', [x, builder.scalar(0)]), given('y', [32, 64]), builder.scalar(0)]),
  },
  {
    title: 'Mul(HardSigmoid) [32,64], the same mask',
    length: SMALL,
    start: [32, 64],
    add: (builder, x, given) =>
      builder.add('Mul', [given('y', [32, 64]), builder.add('HardSigmoid', [x], { alpha: 2 ** 127, beta: 0 })]),
  },
  {
    title: 'Gemm [32,64] by [64,64] with bias and relu',
    length: SMALL,
    start: [32, 64],
    add: (builder, x, given) => builder.add('Relu', [builder.add('Gemm', [x, given('w', [64, 64]), given('c', [64])])]),
  },
  ...[32, 128].flatMap((rows) => [
    {
      title: `Gemm [${rows},784] by [784,784], ${(rows * 784 * 784 * 2e-6).toFixed(0)} MFLOP`,
      length: LARGE,
      start: [rows, 784],
      add: (builder, x, given) => builder.add('Gemm', [x, given('w', [784, 784])]),
    } satisfies Chain,
  ]),
  {
    title: 'Mul [784,784] by a number',
    length: LARGE,
    start: [784, 784],
    add: (builder, x, given) => builder.add('Mul', [x, given('y', [1])]),
  },
  {
    title: 'Add [784,784]',
    length: LARGE,
    start: [784, 784],
    add: (builder, x, given) => builder.add('Add', [x, given('y', [784, 784])]),
  },
  {
    title: 'Sqrt [784,784]',
    length: LARGE,
    start: [784, 784],
    add: (builder, x) => builder.add('Sqrt', [x]),
  },
];

export async function timeNodes(rounds: number): Promise<NodeResult[]> {
  const programs = await Promise.all(CHAINS.map(prepare));
  const times = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run, length }] of programs.entries()) {
      await run();
      const begun = performance.now();
      for (let call = 0; call < CALLS; call++) await run();
      times[index]!.push(((performance.now() - begun) * 1000) / (CALLS * length));
    }
  }
  return CHAINS.map(({ title }, index) => ({ title, microseconds: spreadOf(times[index]!) }));
}

async function prepare(chain: Chain): Promise<{ run: () => Promise<void>; length: number }> {
  const graph = graphOf(chain);
  const program = await loadRuntime().compile(graph, 'chain');
  const filled = (shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape)).fill(0.5);
  const inputs = Object.fromEntries(graph.inputs.map(({ name, value }) => [name, filled(value.shape)]));
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, filled(value.shape)]));
  return { run: () => program.run(inputs, outputs), length: chain.length };
}

function graphOf({ start, length, add }: Chain): Graph {
  const builder = new GraphBuilder();
  const inputs = new Map<string, Value>();
  const given = (name: string, shape: readonly number[]): Value => {
    const value = inputs.get(name) ?? builder.input(name, shape);
    inputs.set(name, value);
    return value;
  };
  let value = given('x', start);
  for (let index = 0; index < length; index++) value = add(builder, value, given);
  return builder.build([{ name: 'result', value }]);
}
