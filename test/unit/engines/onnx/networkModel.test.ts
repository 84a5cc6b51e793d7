import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../../extension/data/random';
import { networkModel } from '../../../../extension/engines/onnx/networkModel';
import { ModelProto } from '../../../../extension/engines/onnx/onnxProto';
import { ACTIVATIONS, type Activation } from '../../../../extension/experiment/schema';
import type { NetworkShape } from '../../../../extension/network/network';

const NAMING = { name: 'penalty', version: '1.2.3' };

/** Weights as PyTorch keeps them, `[out, in]`. */
function parametersOf({ layers }: NetworkShape): Record<string, Float32Array> {
  const stream = randomStream(5, 'weights');
  const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => stream.uniform() - 0.5);
  const pairs = layers.slice(1).map((outputs, index) => [
    [`${2 * index}.weight`, draw(outputs * layers[index]!)],
    [`${2 * index}.bias`, draw(outputs)],
  ]);
  return Object.fromEntries(pairs.flat());
}

const FUNCTIONS: { readonly [Name in Activation]: (x: number) => number } = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x / (1 + Math.exp(-x)),
};

/** Its Taylor series about 0, good for arguments as small as these. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The second implementation: layer by layer in double precision. */
function predict(
  { layers, activation }: NetworkShape,
  parameters: Record<string, Float32Array>,
  sample: number[],
): number[] {
  return layers.slice(1).reduce((values, outputs, index) => {
    const [weight, bias] = [parameters[`${2 * index}.weight`]!, parameters[`${2 * index}.bias`]!];
    const next = Array.from({ length: outputs }, (_, output) =>
      values.reduce((sum, value, input) => sum + weight[output * values.length + input]! * value, bias[output]!),
    );
    return index + 2 < layers.length ? next.map(FUNCTIONS[activation as Activation]) : next;
  }, sample);
}

function operatorsOf(model: Uint8Array): string[] {
  const { graph } = ModelProto.toObject(ModelProto.decode(model));
  return graph.node.map(({ opType }: { opType: string }) => opType);
}

describe('the network as an ONNX model', () => {
  test.for(ACTIVATIONS)('with %s gives the outputs of the layers for 1, 7 and 1,000 samples', async (activation) => {
    const network: NetworkShape = { layers: [3, 5, 4, 2], activation };
    const parameters = parametersOf(network);
    const session = await InferenceSession.create(networkModel(network, parameters, NAMING));
    const stream = randomStream(6, 'weights');
    for (const count of [1, 7, 1000]) {
      const inputs = Float32Array.from({ length: 3 * count }, () => 6 * stream.uniform() - 3);
      const { outputs } = await session.run({ inputs: new Tensor('float32', inputs, [count, 3]) });
      expect(outputs!.dims).toEqual([count, 2]);
      const expected = Array.from({ length: count }, (_, row) =>
        predict(network, parameters, [...inputs.subarray(3 * row, 3 * row + 3)]),
      ).flat();
      const given = outputs!.data as Float32Array;
      // float32: sums of at most five products of numbers around 1.
      const worst = Math.max(...expected.map((value, index) => Math.abs(value - given[index]!)));
      expect(worst).toBeLessThan(2e-6);
    }
  });

  test('is a matrix product a layer with the activation between, and nothing else', () => {
    const network: NetworkShape = { layers: [3, 5, 4, 2], activation: 'softplus' };
    const model = networkModel(network, parametersOf(network), NAMING);
    expect(operatorsOf(model)).toEqual(['Gemm', 'Softplus', 'Gemm', 'Softplus', 'Gemm']);
  });

  test('without a hidden layer is one matrix product', () => {
    const network: NetworkShape = { layers: [3, 2], activation: 'relu' };
    expect(operatorsOf(networkModel(network, parametersOf(network), NAMING))).toEqual(['Gemm']);
  });

  test('keeps names, shapes and values of the weights as PyTorch has them', () => {
    const network: NetworkShape = { layers: [3, 5, 2], activation: 'relu' };
    // Weights that are all alike are still written out.
    const parameters: Record<string, Float32Array> = { ...parametersOf(network), '0.bias': new Float32Array(5) };
    const { graph } = ModelProto.toObject(ModelProto.decode(networkModel(network, parameters, NAMING)), {
      longs: Number,
    });
    const written = graph.initializer.map(
      ({ name, dims, rawData }: { name: string; dims: number[]; rawData: Uint8Array }) => [
        name,
        dims,
        new Float32Array(Uint8Array.from(rawData).buffer),
      ],
    );
    expect(written).toEqual([
      ['0.weight', [5, 3], parameters['0.weight']],
      ['0.bias', [5], parameters['0.bias']],
      ['2.weight', [2, 5], parameters['2.weight']],
      ['2.bias', [2], parameters['2.bias']],
    ]);
  });

  test('says what it is of', () => {
    const network: NetworkShape = { layers: [3, 2], activation: 'relu' };
    const options = { ...NAMING, description: 'of the weather', metadata: { inputs: '["a","b","c"]' } };
    const model = ModelProto.toObject(ModelProto.decode(networkModel(network, parametersOf(network), options)));
    expect(model).toMatchObject({
      producerName: 'orthant',
      producerVersion: '1.2.3',
      docString: 'of the weather',
      metadataProps: [{ key: 'inputs', value: '["a","b","c"]' }],
      graph: { name: 'penalty' },
    });
  });
});
