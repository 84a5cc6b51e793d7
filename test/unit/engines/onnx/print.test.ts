import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../../extension/engines/onnx/graph';
import { printGraph } from '../../../../extension/engines/onnx/print';

test('A graph prints as one line an input, node and output, with types, attributes and constants in their places', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', [4, 2]);
  builder.input('scalars.rate', []);
  const weight = builder.input('0.weight', [3, 2]);
  const product = builder.add('Gemm', [x, weight, builder.constant(Float32Array.of(1, -0.5, 0.1), [3])], { transB: 1 });
  const leaky = builder.add('LeakyRelu', [product], { alpha: 0.2 });
  const mask = builder.add('Greater', [leaky, builder.scalar(0)]);
  const turned = builder.add('Transpose', [builder.add('Where', [mask, leaky, builder.scalar(1e-7)])], {
    perm: [1, 0],
  });
  const [one, two] = builder.addNode('Split', [turned, builder.integers([1, 2])], { axis: 0 });
  const parts = builder.addNode('Split', [x, builder.integers([1, 1, 1, 1])], { axis: 0 });
  const sixteen = Float32Array.from({ length: 16 }, (_, index) => index);
  const long = builder.add('Add', [two!, builder.constant(sixteen, [2, 2, 4])]);
  expect(
    printGraph(
      builder.build([
        { name: 'one', value: one! },
        { name: 'last', value: parts[3]! },
        { name: 'long', value: long },
        { name: 'x.again', value: x },
      ]),
    ),
  ).toBe(`input   x  f32[4,2]
input   scalars.rate  f32[]
input   0.weight  f32[3,2]
v0 = Gemm(x, 0.weight, f32[3][1,-0.5,0.10000000149011612], transB=1)  f32[4,3]
v1 = LeakyRelu(v0, alpha=0.2)  f32[4,3]
v2 = Greater(v1, 0)  bool[4,3]
v3 = Where(v2, v1, 1.0000000116860974e-7)  f32[4,3]
v4 = Transpose(v3, perm=[1,0])  f32[3,4]
v5, v6 = Split(v4, [1,2], axis=0)  f32[1,4]
v7 … v10 = Split(x, [1,1,1,1], axis=0)  f32[1,2]
v11 = Add(v6, f32[2,2,4][0,1,2,3,4,5,6,7,…])  f32[2,2,4]
output  one = v5
output  last = v10
output  long = v11
output  x.again = x
`);
});

test('A value that no node makes prints as a question mark', () => {
  const builder = new GraphBuilder();
  const value = { type: 'float32', shape: [] } as const;
  expect(printGraph({ ...builder.build([{ name: 'y', value }]) })).toBe('output  y = ?\n');
});
