import { tensor, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectEngine } from '../../../extension/engines/select';
import { foldedShape, foldScaling } from '../../../extension/network/fold';
import { initializeParameters } from '../../../extension/network/initialize';
import { forward, type NetworkShape, parameterCount } from '../../../extension/network/network';

beforeAll(async () => {
  await selectEngine('wasm');
});

const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 6);
};

describe('The network', () => {
  test.for([
    { activation: 'relu', hidden: [0, 0, 1] },
    // tanh 2 = 0.9640276, tanh 1 = 0.7615942
    { activation: 'tanh', hidden: [-0.9640276, 0, 0.7615942] },
    // 1/(1 + e²) = 0.1192029, ½, 1/(1 + e⁻¹) = 0.7310586
    { activation: 'sigmoid', hidden: [0.1192029, 0.5, 0.7310586] },
    // log(1 + e⁻²) = 0.1269280, log 2 = 0.6931472, log(1 + e) = 1.3132617
    { activation: 'softplus', hidden: [0.126928, Math.LN2, 1.3132617] },
    // e⁻² − 1 = −0.8646647 below 0, the identity above
    { activation: 'elu', hidden: [-0.8646647, 0, 1] },
    // x·Φ(x): −2·0.0227501 and Φ(1) = 0.8413447
    { activation: 'gelu', hidden: [-0.0455003, 0, 0.8413447] },
    // x/(1 + e⁻ˣ): −2·0.1192029 and 0.7310586
    { activation: 'silu', hidden: [-0.2384058, 0, 0.7310586] },
  ] as const)('applies $activation between its layers and nothing after the last', ({ activation, hidden }) => {
    // y = 2·activation(x) − 3 at x = −2, 0, 1
    const parameters = {
      '0.weight': tensor2d([[1]]),
      '0.bias': tensor([0]),
      '2.weight': tensor2d([[2]]),
      '2.bias': tensor([-3]),
    };
    const outputs = forward({ layers: [1, 1, 1], activation }, parameters, tensor2d([[-2], [0], [1]]));
    expectClose(
      outputs.dataSync(),
      hidden.map((value) => 2 * value - 3),
    );
  });

  test('has a weight for every pair of units and a bias for every unit after the first layer', () => {
    // 3·4 + 4 + 4·2 + 2 = 26
    expect(parameterCount({ layers: [3, 4, 2], activation: 'relu' })).toBe(26);
  });
});

describe('First weights', () => {
  test.for([
    { uniform: 0, share: -1 },
    { uniform: 0.5, share: 0 },
    { uniform: 0.75, share: 0.5 },
  ])('from the number $uniform are $share of 1/√(inputs of the layer)', ({ uniform, share }) => {
    const parameters = initializeParameters({ layers: [4, 9, 1], activation: 'relu' }, () => uniform);
    // 1/√4 = 1/2 into the 9 hidden units, 1/√9 = 1/3 into the output, biases alike
    expectClose(parameters['0.weight']!, new Array(36).fill(share / 2));
    expectClose(parameters['0.bias']!, new Array(9).fill(share / 2));
    expectClose(parameters['2.weight']!, new Array(9).fill(share / 3));
    expectClose(parameters['2.bias']!, [share / 3]);
  });
});

describe('Folding the scaling into the network', () => {
  // z₁ = (x₁ − 10)/2, z₂ = (x₂ − 20)/4
  const inputScaling = { mean: [10, 20], deviation: [2, 4] };
  // [in][out]: unit 0 is 3z₁ − 4z₂ + 1, unit 1 is z₁ + 2z₂
  const first = { '0.weight': Float32Array.of(3, 1, -4, 2), '0.bias': Float32Array.of(1, 0) };

  test('takes inputs and targets into the one layer of a network without a hidden one', () => {
    const folded = foldScaling({ layers: [2, 2], activation: 'relu' }, first, inputScaling, {
      mean: [5, -1],
      deviation: [10, 100],
    });
    // Unit 0: 1.5x₁ − 15 − x₂ + 20 + 1 = 1.5x₁ − x₂ + 6, times 10 plus 5: 15x₁ − 10x₂ + 65.
    // Unit 1: 0.5x₁ − 5 + 0.5x₂ − 10 = 0.5x₁ + 0.5x₂ − 15, times 100 minus 1: 50x₁ + 50x₂ − 1501.
    expect(folded).toEqual([
      { name: '0.weight', shape: [2, 2], values: Float32Array.of(15, -10, 50, 50) },
      { name: '0.bias', shape: [2], values: Float32Array.of(65, -1501) },
    ]);
  });

  test('takes inputs into the first layer and targets into the last of a network with a hidden one', () => {
    const shape: NetworkShape = { layers: [2, 2, 1], activation: 'relu' };
    const parameters = { ...first, '2.weight': Float32Array.of(2, -1), '2.bias': Float32Array.of(0.5) };
    const folded = foldScaling(shape, parameters, inputScaling, { mean: [5], deviation: [10] });
    // First as above before the targets' part; last (2h₀ − h₁ + 0.5)·10 + 5 = 20h₀ − 10h₁ + 10.
    expect(folded).toEqual([
      { name: '0.weight', shape: [2, 2], values: Float32Array.of(1.5, -1, 0.5, 0.5) },
      { name: '0.bias', shape: [2], values: Float32Array.of(6, -15) },
      { name: '2.weight', shape: [1, 2], values: Float32Array.of(20, -10) },
      { name: '2.bias', shape: [1], values: Float32Array.of(10) },
    ]);
  });

  test('has a shape that its tensors tell', () => {
    const shape: NetworkShape = { layers: [2, 2, 1], activation: 'tanh' };
    const parameters = { ...first, '2.weight': Float32Array.of(2, -1), '2.bias': Float32Array.of(0.5) };
    const folded = foldScaling(shape, parameters, inputScaling, { mean: [5], deviation: [10] });
    expect(foldedShape(folded, 'tanh')).toEqual(shape);
    const [weight, bias, ...last] = folded;
    const strange = [
      [],
      [weight!],
      [bias!, ...last],
      [weight!, bias!, last[0]!],
      [...folded, { ...bias!, name: '1.bias' }],
    ];
    expect(strange.map((tensors) => foldedShape(tensors, 'tanh'))).toEqual([null, null, null, null, null]);
    const narrow = { ...last[0]!, shape: [1, 3] };
    expect(foldedShape([weight!, bias!, narrow, last[1]!], 'tanh')).toBeNull();
  });
});
