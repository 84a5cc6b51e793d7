import { describe, expect, test } from 'vitest';
import { type Attributes, GraphBuilder, type Value } from '../../../../extension/engines/onnx/graph';
import { broadcast, GraphError, type OperatorName } from '../../../../extension/engines/onnx/operators';

describe('A graph under construction', () => {
  test('holds equal constants once', () => {
    const builder = new GraphBuilder();
    expect(builder.scalar(2)).toBe(builder.constant(Float32Array.of(2), []));
    expect(builder.integers([1, 2])).toBe(builder.integers([1, 2]));
    expect(builder.scalar(Number.NaN)).toBe(builder.scalar(Number.NaN));
    expect(builder.build([]).constants).toHaveLength(3);
  });

  test('tells constants apart by sign of zero, shape, type and the last bit', () => {
    const builder = new GraphBuilder();
    const values = [
      builder.scalar(0),
      builder.scalar(-0),
      builder.constant(Float32Array.of(0), [1]),
      builder.constant(Float32Array.of(0), [1, 1]),
      builder.integers([0]),
      builder.scalar(1),
      builder.scalar(1 + 2 ** -23),
      builder.constant(Float32Array.of(1, 2), [2]),
      builder.constant(Float32Array.of(1, 2), [1, 2]),
      builder.constant(Float32Array.of(12), [1]),
    ];
    expect(new Set(values).size).toBe(values.length);
    expect(builder.build([]).constants).toHaveLength(values.length);
  });

  test('knows what made a value, and what a constant is', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', [2]);
    const one = builder.scalar(1);
    const sum = builder.add('Add', [x, one]);
    expect(builder.producer(sum)).toMatchObject({ operator: 'Add', inputs: [x, one] });
    expect(builder.producer(x)).toBeUndefined();
    expect(builder.producer(one)).toBeUndefined();
    expect(builder.constantOf(one)!.elements).toEqual(Float32Array.of(1));
    expect(builder.constantOf(sum)).toBeUndefined();
  });

  test('is not changed by what is built later', () => {
    const builder = new GraphBuilder();
    const graph = builder.build([{ name: 'x', value: builder.input('x', []) }]);
    builder.add('Neg', [builder.input('y', [])]);
    expect(graph).toMatchObject({ inputs: [{ name: 'x' }], nodes: [] });
  });
});

test.for([
  { a: [2, 3], b: [3], shape: [2, 3] },
  { a: [3], b: [2, 3], shape: [2, 3] },
  { a: [2, 1], b: [1, 3], shape: [2, 3] },
  { a: [], b: [4], shape: [4] },
  { a: [0], b: [1], shape: [0] },
  { a: [2], b: [3], shape: null },
  { a: [2, 3], b: [2], shape: null },
])('$a and $b broadcast to $shape', ({ a, b, shape }) => {
  expect(broadcast(a, b)).toEqual(shape);
});

describe('What an operation gives', () => {
  type Build = (builder: GraphBuilder) => Value[];
  const cases: readonly (readonly [OperatorName, Build, Attributes, string])[] = [
    ['Add', (b) => [b.input('x', [2, 1]), b.input('y', [3])], {}, 'float32[2,3]'],
    ['Less', (b) => [b.input('x', [2]), b.scalar(1)], {}, 'bool[2]'],
    ['And', (b) => [b.input('x', [2], 'bool'), b.input('y', [3, 1], 'bool')], {}, 'bool[3,2]'],
    ['Where', (b) => [b.input('c', [2, 1], 'bool'), b.input('x', [3]), b.scalar(0)], {}, 'float32[2,3]'],
    ['Where', (b) => [b.input('c', [], 'bool'), b.input('x', [3], 'bool'), b.input('y', [3], 'bool')], {}, 'bool[3]'],
    ['Cast', (b) => [b.input('x', [2], 'bool')], { to: 1 }, 'float32[2]'],
    ['ReduceSum', (b) => [b.input('x', [2, 3, 4])], { keepdims: 0 }, 'float32[]'],
    // ONNX keeps the axes unless told.
    ['ReduceSum', (b) => [b.input('x', [2, 3, 4]), b.integers([1])], {}, 'float32[2,1,4]'],
    ['ReduceMax', (b) => [b.input('x', [2, 3, 4]), b.integers([0, 2])], { keepdims: 0 }, 'float32[3]'],
    ['Gemm', (b) => [b.input('a', [2, 3]), b.input('b', [3, 4])], {}, 'float32[2,4]'],
    ['Gemm', (b) => [b.input('a', [3, 2]), b.input('b', [4, 3])], { transA: 1, transB: 1 }, 'float32[2,4]'],
    ['Gemm', (b) => [b.input('a', [2, 3]), b.input('b', [3, 4]), b.input('c', [4])], {}, 'float32[2,4]'],
    ['Transpose', (b) => [b.input('x', [2, 3, 4])], { perm: [2, 0, 1] }, 'float32[4,2,3]'],
    ['Reshape', (b) => [b.input('x', [2, 3], 'bool'), b.integers([6])], {}, 'bool[6]'],
    ['Expand', (b) => [b.input('x', [2, 1]), b.integers([3])], {}, 'float32[2,3]'],
    ['Concat', (b) => [b.input('x', [2, 3]), b.input('y', [2, 1])], { axis: 1 }, 'float32[2,4]'],
    ['Split', (b) => [b.input('x', [5, 2]), b.integers([2, 3])], { axis: 0 }, 'float32[2,2] float32[3,2]'],
    [
      'Slice',
      (b) => [
        b.input('x', [5, 4]),
        ...[
          [1, 0],
          [3, 0],
          [0, 1],
        ].map((l) => b.integers(l)),
      ],
      {},
      'float32[2,0]',
    ],
    ['Tile', (b) => [b.input('x', [2, 3]), b.integers([2, 1])], {}, 'float32[4,3]'],
  ];

  test.for(cases)('%s', ([operator, build, attributes, expected]) => {
    const builder = new GraphBuilder();
    const outputs = builder.addNode(operator, build(builder), attributes);
    expect(outputs.map(({ type, shape }) => `${type}[${shape}]`).join(' ')).toBe(expected);
  });

  const faults: readonly (readonly [string, OperatorName, Build, Attributes])[] = [
    ["Add can't broadcast float32[2] with float32[3].", 'Add', (b) => [b.input('x', [2]), b.input('y', [3])], {}],
    ['Add takes 2 inputs, not 1.', 'Add', (b) => [b.input('x', [2])], {}],
    ['Neg takes 1 inputs, not 2.', 'Neg', (b) => [b.input('x', [2]), b.scalar(1)], {}],
    ['Gemm takes 2 to 3 inputs, not 1.', 'Gemm', (b) => [b.input('x', [2, 2])], {}],
    [
      'Equal takes inputs of one type, not float32[2] and bool[2].',
      'Equal',
      (b) => [b.input('x', [2]), b.input('y', [2], 'bool')],
      {},
    ],
    ['Not takes bool, not float32[2].', 'Not', (b) => [b.input('x', [2])], {}],
    ['Exp takes float32, not bool[2].', 'Exp', (b) => [b.input('x', [2], 'bool')], {}],
    ['Where takes bool, not float32[2].', 'Where', (b) => [b.input('x', [2]), b.scalar(1), b.scalar(0)], {}],
    ['ReduceSum has no axis 2.', 'ReduceSum', (b) => [b.input('x', [2, 3]), b.integers([2])], {}],
    ['ReduceSum has no axis -1.', 'ReduceSum', (b) => [b.input('x', [2, 3]), b.integers([-1])], {}],
    [
      'ReduceSum takes its sizes and axes as integer constants.',
      'ReduceSum',
      (b) => [b.input('x', [2]), b.input('axes', [1], 'int64')],
      {},
    ],
    ['Cast casts to float32 only.', 'Cast', (b) => [b.input('x', [2])], { to: 7 }],
    ['Gemm multiplies matrices only.', 'Gemm', (b) => [b.input('x', [2]), b.input('y', [2, 2])], {}],
    [
      "Gemm can't multiply float32[2, 3] by float32[2, 3].",
      'Gemm',
      (b) => [b.input('x', [2, 3]), b.input('y', [2, 3])],
      {},
    ],
    [
      "Gemm can't add float32[2] to a product of shape [2,4].",
      'Gemm',
      (b) => [b.input('x', [2, 3]), b.input('y', [3, 4]), b.input('c', [2])],
      {},
    ],
    [
      "Gemm can't add float32[3, 2, 4] to a product of shape [2,4].",
      'Gemm',
      (b) => [b.input('x', [2, 3]), b.input('y', [3, 4]), b.input('c', [3, 2, 4])],
      {},
    ],
    ["Transpose can't permute float32[2, 3] by 0,0.", 'Transpose', (b) => [b.input('x', [2, 3])], { perm: [0, 0] }],
    ["Reshape can't make float32[2, 3] into [5].", 'Reshape', (b) => [b.input('x', [2, 3]), b.integers([5])], {}],
    ["Expand can't broadcast float32[2].", 'Expand', (b) => [b.input('x', [2]), b.integers([3])], {}],
    [
      "Concat can't join float32[2, 3], float32[1, 2] along axis 0.",
      'Concat',
      (b) => [b.input('x', [2, 3]), b.input('y', [1, 2])],
      { axis: 0 },
    ],
    [
      "Concat can't join float32[2], float32[2] along axis 1.",
      'Concat',
      (b) => [b.input('x', [2]), b.input('y', [2])],
      { axis: 1 },
    ],
    ['Concat takes inputs.', 'Concat', () => [], { axis: 0 }],
    [
      "Split can't split float32[5] into 2,2 along axis 0.",
      'Split',
      (b) => [b.input('x', [5]), b.integers([2, 2])],
      { axis: 0 },
    ],
    [
      'Slice has no part 1 to 3.',
      'Slice',
      (b) => [b.input('x', [2]), b.integers([1]), b.integers([3]), b.integers([0])],
      {},
    ],
    ['There is no operation Softmax.', 'Softmax' as OperatorName, (b) => [b.input('x', [2])], {}],
  ];

  test.for(faults)('is refused: %s', ([message, operator, build, attributes]) => {
    const builder = new GraphBuilder();
    const inputs = build(builder);
    expect(() => builder.add(operator, inputs, attributes)).toThrow(new GraphError(message));
    expect(builder.build([]).nodes).toEqual([]);
  });
});
