/** One multiplier per output: what it is to an entry, and in trainings through the model, with its KKT residuals. */
import { neg, setBackend, square, sub, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { entryMultiplier, outputConstraint } from '../../../extension/methods/perOutput';
import { optimize, type Problem } from './problem';
import { trainLine } from './training';

const rowsOf = (tensor: Tensor2D): number[][] => tensor.arraySync() as number[][];

describe('Of the violations (1, −2), (−3, −1) and (5, −4)', () => {
  const G = [
    [1, -2],
    [-3, -1],
    [5, -4],
  ];

  test.for([
    // (1 + 0 + 5)/3 and 0; an entry outside has the multiplier of its output.
    {
      aggregate: 'mean' as const,
      constraint: [2, 0],
      lambda: [
        [10, 0],
        [0, 0],
        [10, 0],
      ],
    },
    // The largest ones; the whole pull of three rows is at the worst.
    {
      aggregate: 'max' as const,
      constraint: [5, -1],
      lambda: [
        [0, 0],
        [0, 60],
        [30, 0],
      ],
    },
  ])('the $aggregate is $constraint, and multipliers of 10 and 20 are $lambda to the entries', async (expected) => {
    await setBackend('cpu');
    const { aggregate, constraint, lambda } = expected;
    const { felt, actual } = outputConstraint('output', aggregate)!(tensor2d(G));
    expect(rowsOf(felt)).toEqual([constraint]);
    expect(rowsOf(actual)).toEqual([constraint]);
    expect(rowsOf(entryMultiplier('output', aggregate, tensor2d([[10, 20]]), tensor2d(G)))).toEqual(lambda);
    expect(outputConstraint('sample', aggregate)).toBeUndefined();
  });
});

describe('On the line fit with one multiplier for all rows (methods.md A1)', () => {
  const train = (variant: Record<string, unknown>, steps: number) =>
    trainLine({
      samples: [
        [0, -1],
        [1, 0],
        [2, 1],
        [3, 2],
      ],
      min: 0,
      variant: { per: 'output', order: 'dual-first', ...variant },
      training: { learningRate: 0.05 },
      start: { w: 1, b: -1 },
      steps,
    });
  const multiplierOf = async (model: Awaited<ReturnType<typeof train>>['model']): Promise<number> =>
    (await model.state()).find(({ name }) => name === 'outputs.lower.multiplier')!.values[0]!;

  // Only sample 0 binds, so max g = −b and λ* = 5/7 as if it were alone; the KKT residuals see it as 4·5/7 of one entry in
  // four. One output: its term is the same whether the outputs are added up or averaged.
  test.for(
    (['mean', 'sum'] as const).flatMap((reduction) => [
      { reduction, method: 'projected-lagrangian', fields: { dualLearningRate: 0.05 } },
      { reduction, method: 'augmented-lagrangian', fields: { dualLearningRate: 0.05, penaltyCoefficient: 1 } },
      { reduction, method: 'nu-pi', fields: { dualLearningRate: 0.05, proportionalGain: 10 } },
      { reduction, method: 'pid', fields: { integralGain: 0.05, proportionalGain: 0.5 } },
    ]),
  )(
    '$method with the max and "$reduction" finds λ = 5/7, with residuals near 0',
    async ({ reduction, method, fields }) => {
      const { states, model } = await train({ method, aggregate: 'max', reduction, ...fields }, 900);
      expect(states.at(-1)!.w).toBeCloseTo(4 / 7, 3);
      expect(states.at(-1)!.b).toBeCloseTo(0, 3);
      expect(await multiplierOf(model)).toBeCloseTo(5 / 7, 3);
      const kkt = (await model.residuals(900, 900))!;
      expect(Math.max(...Object.values(kkt))).toBeLessThan(2e-3);
      model.dispose();
    },
  );

  test('the mean has a multiplier that only grows, past 4·5/7, and then holds the row at its bound', async () => {
    const { states, model } = await train({ method: 'projected-lagrangian', dualLearningRate: 1 }, 1500);
    const lambda = await multiplierOf(model);
    expect(lambda).toBeGreaterThan(20 / 7);
    expect(lambda).toBeLessThan(3 * (20 / 7));
    // An exact penalty: b trembles about 0 by the step size times (λ/4 − 5/7) at most.
    for (const { b } of states.slice(-200)) expect(Math.abs(b)).toBeLessThan(0.05 * 2);
    model.dispose();
  });
});

describe('While x goes from −1 to ½, past its bound at 0', () => {
  const problem: Problem = {
    start: [-1],
    objective: (x) => sum(square(sub(x, 0.5))),
    inequalities: neg,
  };
  test.for([
    { aggregate: 'mean', falls: false },
    { aggregate: 'max', falls: true },
  ])('a multiplier of the $aggregate falls again: $falls', async ({ aggregate, falls }) => {
    const states = await optimize(problem, {
      method: 'projected-lagrangian',
      fields: { per: 'output', aggregate, dualLearningRate: 0.2 },
      learningRate: 0.05,
      steps: 80,
    });
    const kept = states.map(({ rows }) => rows['upper.multiplier']![0]!);
    expect(Math.max(...kept)).toBeGreaterThan(0.2);
    expect(kept.some((value, index) => index > 0 && value < kept[index - 1]!)).toBe(falls);
    // To an entry inside it is none, whatever is kept.
    expect(states.at(-1)!.constraints[0]).toBeLessThan(0);
    expect(states.at(-1)!.multipliers).toEqual([0]);
  });
});
