import {
  add,
  cast,
  customGrad,
  engine,
  fill,
  getBackend,
  grads,
  keep,
  matMul,
  memory,
  mul,
  ones,
  relu,
  scalar,
  setBackend,
  slice,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tan,
  tensor,
  valueAndGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { printGraph } from '../../../../extension/engines/onnx/print';
import { TraceError, type Tracer, trace } from '../../../../extension/engines/onnx/trace';

beforeAll(async () => {
  await setBackend('cpu');
});

const traced = (compute: (tracer: Tracer) => Record<string, Tensor>): string => printGraph(trace(compute));

/** What tfjs holds: a trace must leave it as it was. */
const held = () => {
  const { numTensors, numDataBuffers, numBytes } = memory();
  const { gradientDepth, kernelDepth, activeScope, scopeStack } = engine().state;
  return {
    backend: getBackend(),
    numTensors,
    numDataBuffers,
    numBytes,
    gradientDepth,
    kernelDepth,
    scope: activeScope?.name,
    scopes: scopeStack.length,
  };
};

describe('A trace', () => {
  test('has a node per operation, with the results as outputs', () => {
    expect(
      traced((tracer) => {
        const x = tracer.input('x', [2, 3]);
        const y = relu(add(x, tracer.constant(Float32Array.of(1, 2, 3), [3])));
        return { y, twice: mul(y, 2) };
      }),
    ).toBe(
      [
        'input   x  f32[2,3]',
        'v0 = Add(x, f32[3][1,2,3])  f32[2,3]',
        'v1 = Relu(v0)  f32[2,3]',
        'v2 = Mul(v1, 2)  f32[2,3]',
        'output  y = v1',
        'output  twice = v2',
        '',
      ].join('\n'),
    );
  });

  test('holds gradients too', () => {
    // d/dx Σ x² = 2x, which tfjs computes as dy·2·x with dy = 1·ones.
    expect(traced((tracer) => ({ dx: grads((x) => sum(square(x)))([tracer.input('x', [2])])[0]! }))).toBe(
      [
        'input   x  f32[2]',
        'v0 = Mul(x, x)  f32[2]',
        'v1 = ReduceSum(v0, [0], keepdims=0)  f32[]',
        'v2 = Reshape(1, [1])  f32[1]',
        'v3 = Expand(1, [2])  f32[2]',
        'v4 = Mul(v2, v3)  f32[2]',
        'v5 = Mul(x, 2)  f32[2]',
        'v6 = Mul(v4, v5)  f32[2]',
        'output  dx = v6',
        '',
      ].join('\n'),
    );
  });

  test('writes a constant of one number as that number broadcast, and others in full', () => {
    expect(
      traced((tracer) => ({
        ones: ones([2, 2]),
        zeros: zeros([3]),
        filled: fill([2], 7),
        mask: tracer.constant(Float32Array.of(1, 1), [2]),
        signs: tracer.constant(Float32Array.of(0, -0), [2]),
        notNumbers: tensor([Number.NaN, Number.NaN]),
        none: tensor([], [0]),
        number: scalar(3),
      })),
    ).toBe(
      [
        'v0 = Expand(1, [2,2])  f32[2,2]',
        'v1 = Expand(0, [3])  f32[3]',
        'v2 = Expand(7, [2])  f32[2]',
        'v3 = Expand(1, [2])  f32[2]',
        'v4 = Expand(NaN, [2])  f32[2]',
        'output  ones = v0',
        'output  zeros = v1',
        'output  filled = v2',
        'output  mask = v3',
        'output  signs = f32[2][0,0]',
        'output  notNumbers = v4',
        'output  none = f32[0][]',
        'output  number = 3',
        '',
      ].join('\n'),
    );
  });

  test('keeps the constants as they were when it was taken', () => {
    const elements = Float32Array.of(1, 2);
    const graph = trace((tracer) => ({ y: add(tracer.input('x', [2]), tracer.constant(elements, [2])) }));
    elements[0] = 9;
    expect([...graph.constants[0]!.elements]).toEqual([1, 2]);
  });

  test('may give an input back, and a result twice', () => {
    expect(
      traced((tracer) => {
        const x = tracer.input('x', [1]);
        return { same: x, again: x };
      }),
    ).toBe('input   x  f32[1]\noutput  same = x\noutput  again = x\n');
  });

  test('is the same the second time', () => {
    const compute = (tracer: Tracer) => ({ y: sum(relu(tracer.input('x', [2, 2]))) });
    expect(traced(compute)).toBe(traced(compute));
  });
});

const outside = () => tensor([1, 2]);
const REFUSED: readonly {
  title: string;
  compute: (tracer: Tracer, before: Tensor) => Record<string, Tensor>;
  message: string;
}[] = [
  {
    title: 'an operation that the table lacks, by its name',
    compute: (tracer) => ({ y: tan(tracer.input('x', [2])) }),
    message: 'The operation "Tan" can\'t be compiled.',
  },
  {
    title: 'an operation that only the gradient needs, by its name',
    compute: (tracer) => ({ dx: grads((x) => sum(slice(x, [0], [1])))([tracer.input('x', [2])])[0]! }),
    message: 'The operation "PadV2" can\'t be compiled.',
  },
  {
    title: 'a product of more than two axes, which the table has no place for',
    compute: (tracer) => ({
      y: matMul(tracer.input('x', [2, 3, 4]) as Tensor2D, tracer.input('y', [2, 4, 3]) as Tensor2D),
    }),
    message: 'Gemm multiplies matrices only.',
  },
  {
    title: 'a step that reads a value',
    compute: (tracer) => ({ y: scalar(tracer.input('x', []).dataSync()[0]!) }),
    message: 'A step read a value while it was traced; a step may only compute.',
  },
  {
    title: 'a tensor made before it',
    compute: (tracer, before) => ({ y: add(tracer.input('x', [2]), before) }),
    message: 'A step used a tensor that was made before it was traced.',
  },
  {
    title: 'a tensor made before it that is given back as it is',
    compute: (_tracer, before) => ({ y: before }),
    message: 'A step used a tensor that was made before it was traced.',
  },
  {
    title: 'whole numbers as a tensor',
    compute: (tracer) => ({ y: add(tracer.input('x', [2]), tensor([1, 2], [2], 'int32')) }),
    message: 'A tensor of int32 has no place in a step.',
  },
  {
    title: 'a cast to whole numbers',
    compute: (tracer) => ({ y: cast(tracer.input('x', [2]), 'int32') }),
    message: 'A cast to int32 has no place in a step.',
  },
];

describe('A trace refuses', () => {
  test.for(REFUSED)('$title', ({ compute, message }) => {
    const before = outside();
    const state = held();
    expect(() => trace((tracer) => compute(tracer, before))).toThrow(new TraceError(message));
    expect(held()).toEqual(state);
    before.dispose();
  });

  test('a trace inside it', () => {
    const state = held();
    expect(() => trace(() => ({ y: trace(() => ({})) as never }))).toThrow('internal: one trace inside another');
    expect(held()).toEqual(state);
  });

  test('reading a value later', async () => {
    let data: Promise<unknown> | undefined;
    trace((tracer) => {
      const x = tracer.input('x', [1]);
      data = x.data();
      data.catch(() => {});
      return { x };
    });
    await expect(data).rejects.toThrow('A step read a value while it was traced');
  });
});

describe('After a trace', () => {
  test('tfjs has the backend and the tensors that it had', () => {
    const state = held();
    trace((tracer) => {
      const x = tracer.input('x', [2, 2]);
      const { value, grads } = valueAndGrads((value: Tensor) => sum(keep(relu(value))))([x]);
      return { value, dx: grads[0]!, kept: keep(add(x, 1)) };
    });
    // The relu was kept and not given back: its maker has to dispose it, as in an eager step.
    expect(held()).toEqual({
      ...state,
      numTensors: state.numTensors + 1,
      numDataBuffers: state.numDataBuffers + 1,
      numBytes: state.numBytes + 16,
    });
  });

  test.for([
    { where: 'the operation after it', fails: (x: Tensor) => tan(keep(relu(x))) },
    {
      where: 'a gradient',
      fails: (x: Tensor) => valueAndGrads((value: Tensor) => sum(slice(keep(relu(value)), [0], [1])))([x]).value,
    },
    {
      where: 'a custom gradient',
      fails: (x: Tensor) =>
        grads((value) =>
          sum(customGrad((y) => ({ value: keep(add(y as Tensor, 0)), gradFunc: (dy: Tensor) => tan(dy) }))(value)),
        )([x])[0]!,
    },
  ])('that failed in $where, tensors kept by then are gone', ({ fails }) => {
    const state = held();
    expect(() => trace((tracer) => ({ y: fails(tracer.input('x', [3])) }))).toThrow(TraceError);
    expect(held()).toEqual(state);
  });

  test('that failed, the next one works', () => {
    expect(() => trace((tracer) => ({ y: tan(tracer.input('x', [2])) }))).toThrow(TraceError);
    expect(traced((tracer) => ({ y: relu(tracer.input('x', [2])) }))).toContain('Relu(x)');
  });

  test("a mistake in the step's own code stays what it was", () => {
    expect(() =>
      trace(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(new RangeError('mine'));
  });

  test('tensors of it are of no use', () => {
    let left: Tensor | undefined;
    trace((tracer) => {
      left = keep(tracer.input('x', [2]));
      return {};
    });
    expect(() => trace((tracer) => ({ y: add(tracer.input('x', [2]), left!) }))).toThrow(
      'A step used a tensor that was made before it was traced.',
    );
    left!.dispose();
  });
});
