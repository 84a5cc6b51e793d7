import { describe, expect, test } from 'vitest';
import { emit } from '../../../../extension/engines/onnx/emit';
import { type Graph, GraphBuilder } from '../../../../extension/engines/onnx/graph';
import { ModelProto } from '../../../../extension/engines/onnx/onnxProto';
import { OPSET } from '../../../../extension/engines/onnx/operators';
import { graphOf } from './passes/rewriting';
import { expectSame, randomNumbers, runGraph, runModel } from './running';

const NAMING = { name: 'training', version: '1.2.3' };

const decoded = (graph: Graph, options: Parameters<typeof emit>[1] = NAMING) =>
  ModelProto.toObject(ModelProto.decode(emit(graph, options)), { longs: Number, bytes: Buffer, arrays: true });

const small = graphOf((b) => {
  const x = b.input('x', [2, 3]);
  const leaky = b.add('LeakyRelu', [x], { alpha: 0.5 });
  const [left] = b.addNode('Split', [leaky, b.integers([1, 2])], { axis: 1 });
  return { y: b.add('Transpose', [left!], { perm: [1, 0] }), z: b.add('Mul', [leaky, b.scalar(-0)]) };
});

describe('A model', () => {
  test('names its maker, the operator set and the graph', () => {
    expect(decoded(small, { ...NAMING, description: 'what it is' })).toMatchObject({
      irVersion: 8,
      producerName: 'orthant',
      producerVersion: '1.2.3',
      docString: 'what it is',
      opsetImport: [{ version: OPSET }],
      graph: { name: 'training' },
    });
  });

  test('has every node with operands, results and attributes of the type ONNX declares', () => {
    expect(decoded(small).graph.node).toEqual([
      {
        opType: 'LeakyRelu',
        input: ['x'],
        output: ['v0'],
        attribute: [{ name: 'alpha', f: 0.5, type: 1, ints: [] }],
      },
      {
        opType: 'Split',
        input: ['v0', 'constant0'],
        output: ['v1', 'v2'],
        attribute: [{ name: 'axis', i: 1, type: 2, ints: [] }],
      },
      {
        opType: 'Transpose',
        input: ['v1'],
        output: ['y'],
        attribute: [{ name: 'perm', ints: [1, 0], type: 7 }],
      },
      { opType: 'Mul', input: ['v0', 'constant1'], output: ['z'], attribute: [] },
    ]);
  });

  test('has every constant to the bit, and every input and output with its shape', () => {
    const { graph } = decoded(small);
    expect(graph.initializer).toEqual([
      { name: 'constant0', dims: [2], dataType: 7, rawData: Buffer.from(BigInt64Array.of(1n, 2n).buffer) },
      { name: 'constant1', dims: [], dataType: 1, rawData: Buffer.from([0, 0, 0, 0x80]) },
    ]);
    const tensor = (...sizes: number[]) => ({
      tensorType: { elemType: 1, shape: { dim: sizes.map((dimValue) => ({ dimValue })) } },
    });
    expect(graph.input).toEqual([{ name: 'x', type: tensor(2, 3) }]);
    expect(graph.output).toEqual([
      { name: 'y', type: tensor(1, 2) },
      { name: 'z', type: tensor(2, 3) },
    ]);
  });

  test('holds of a constant that is part of a larger array only that part', () => {
    const builder = new GraphBuilder();
    const value = builder.constant(Float32Array.of(9, 1, 2, 9).subarray(1, 3), [2]);
    const { graph } = decoded(builder.build([{ name: 'y', value }]));
    expect(graph.initializer[0].rawData).toEqual(Buffer.from(Float32Array.of(1, 2).buffer));
  });
});

describe('onnxruntime runs a model', () => {
  test('that gives an input back, a constant, and one value under several names', async () => {
    const graph = graphOf((b) => {
      const x = b.input('x', [2]);
      const y = b.add('Neg', [x]);
      return {
        same: x,
        y,
        again: y,
        third: y,
        constant: b.constant(Float32Array.of(3, 4), [2]),
        sum: b.add('Add', [y, y]),
      };
    });
    const outputs = await runGraph(graph, { x: Float32Array.of(1, 2) });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, [...values]]))).toEqual({
      same: [1, 2],
      y: [-1, -2],
      again: [-1, -2],
      third: [-1, -2],
      constant: [3, 4],
      sum: [-2, -4],
    });
  });

  test('but not one that gives an input back under its own name, which would leave the output unwritten', async () => {
    const graph = graphOf((b) => ({ x: b.input('x', [1]) }));
    await expect(runGraph(graph, { x: Float32Array.of(1) })).rejects.toThrow('Duplicate definition of name (x)');
  });

  test('that takes any number of samples and gives what the one for that number gives', async () => {
    const layer = (count: number) =>
      graphOf((b) => {
        const weight = b.constant(randomNumbers(12, 1), [3, 4]);
        const bias = b.constant(randomNumbers(4, 2), [4]);
        return { outputs: b.add('Elu', [b.add('Gemm', [b.input('inputs', [count, 3]), weight, bias])]) };
      });
    const model = emit(layer(99), { ...NAMING, samplesAxis: 'samples' });
    for (const count of [1, 2, 100]) {
      const values = randomNumbers(count * 3, count);
      const { outputs } = await runModel(model, { inputs: { shape: [count, 3], values } });
      expect(outputs!.dims).toEqual([count, 4]);
      expectSame(outputs!.data, (await runGraph(layer(count), { inputs: values })).outputs!, 'bits');
    }
    const { graph } = ModelProto.toObject(ModelProto.decode(model), { longs: Number });
    for (const { type } of [...graph.input, ...graph.output])
      expect(type.tensorType.shape.dim[0]).toEqual({ dimParam: 'samples' });
  });
});
