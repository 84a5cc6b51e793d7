/**
 * The methods with multipliers on the cases of methods.md (A1, A3, A4, A6, A8, B1 to B3, B8, B10, B11, B21) and against a
 * second implementation, through the real step. Numbers are float32: a step rounds at 6e-8 of each number, so what
 * methods.md gives to 1e-8 and better is held to some 1e-6.
 */
import {
  add,
  div,
  exp,
  grad,
  mul,
  neg,
  reshape,
  scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { findMethod } from '../../../extension/methods/registry';
import { entry, optimize, type Problem, type ProblemState, settledAfter } from './problem';
import { type Dual, type Kept, ORDERS, positivePart, type Saddle, saddlePoints } from './saddle';

const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.max(...one.map((value, index) => Math.abs(value - other[index]!)));
const last = (states: readonly ProblemState[]): ProblemState => states.at(-1)!;

/** methods.md A1: y = w·x + b ≥ 0 on x = 0 … 3 with the targets −1 … 2, loss mean((y − t)²). */
const LINE: Problem = {
  start: [1, -1],
  objective: (p) => div(sum(square(sub(line(p), [-1, 0, 1, 2]))), 4),
  inequalities: (p) => neg(line(p)),
};
const line = (p: Tensor1D): Tensor1D => add(mul(entry(p, 0), [0, 1, 2, 3]), entry(p, 1)) as Tensor1D;

describe('On the line fit with steps of 0.05', () => {
  // Reference step counts: methods.md A1, allowed ±5; those of the other settings are in lineFit.test.ts.
  test.for([
    {
      title: 'the projected Lagrangian with extragradient steps',
      method: 'projected-lagrangian',
      fields: { order: 'extragradient' },
      steps: 431,
    },
    { title: 'νPI with K_p = 10', method: 'nu-pi', fields: { order: 'dual-first', proportionalGain: 10 }, steps: 261 },
    {
      title: 'the augmented Lagrangian with c = 0.05·10, which is the same,',
      method: 'augmented-lagrangian',
      fields: { order: 'dual-first', penaltyCoefficient: 0.5 },
      steps: 261,
    },
  ])('$title settles at the optimum after $steps steps', async ({ method, fields, steps }) => {
    const states = await optimize(LINE, {
      method,
      fields: { dualLearningRate: 0.05, ...fields },
      learningRate: 0.05,
      steps: steps + 150,
    });
    const isOptimal = ({ x, multipliers }: ProblemState): boolean =>
      distance(x, [4 / 7, 0]) < 1e-3 && distance(multipliers, [5 / 7, 0, 0, 0]) < 1e-3;
    const settled = settledAfter(states, isOptimal);
    expect(Math.abs(settled - steps), `settled after ${settled} steps`).toBeLessThanOrEqual(5);
  });
});

describe('Without curvature (min x, x ≥ 0, from x = 0.1 and λ = 1, steps of 0.1)', () => {
  // methods.md A6, √(x² + (λ − 1)²) after 100 steps; the other orders of the projected Lagrangian are in problem.test.ts.
  test.for([
    {
      title: 'νPI with K_p = 1',
      method: 'nu-pi',
      fields: { order: 'dual-first', proportionalGain: 1 },
      expected: 0.060930342,
    },
    {
      title: 'νPI with K_p = 10',
      method: 'nu-pi',
      fields: { order: 'dual-first', proportionalGain: 10 },
      expected: 0.000682753,
    },
    {
      title: 'the augmented Lagrangian',
      method: 'augmented-lagrangian',
      fields: { order: 'simultaneous', penaltyCoefficient: 1 },
      expected: 0.001070522,
    },
  ])('$title comes within $expected of the optimum', async ({ method, fields, expected }) => {
    const states = await optimize(
      { start: [0.1], objective: (x) => entry(x, 0), inequalities: neg },
      {
        method,
        fields: { dualLearningRate: 0.1, ...fields },
        learningRate: 0.1,
        steps: 100,
        rows: { 'upper.multiplier': [1] },
      },
    );
    const { x, multipliers } = last(states);
    expect(Math.abs(Math.hypot(x[0]!, multipliers[0]! - 1) - expected)).toBeLessThan(1e-6);
  });
});

const FAMILY = [
  { title: 'the projected Lagrangian', method: 'projected-lagrangian', fields: { dualLearningRate: 0.2 } },
  {
    title: 'the damped projected Lagrangian',
    method: 'projected-lagrangian',
    fields: { dualLearningRate: 0.2, damping: 2 },
  },
  {
    title: 'the augmented Lagrangian',
    method: 'augmented-lagrangian',
    fields: { dualLearningRate: 0.2, penaltyCoefficient: 1 },
  },
  { title: 'νPI', method: 'nu-pi', fields: { dualLearningRate: 0.2, proportionalGain: 3, smoothing: 0.5 } },
  { title: 'PID', method: 'pid', fields: { integralGain: 0.2, proportionalGain: 1, derivativeGain: 0.5 } },
] as const;

describe('In one dimension (methods.md A3 and A4)', () => {
  test.for(FAMILY)('$title finds x* = 0, λ* = 1 of ½(x + 1)², x ≥ 0', async ({ method, fields }) => {
    for (const side of ['lower', 'upper'] as const) {
      const states = await optimize(
        { start: [-1], objective: (x) => half(add(x, 1)), inequalities: neg },
        { method, fields, learningRate: 0.1, steps: 500, side },
      );
      expect(last(states).x[0]).toBeCloseTo(0, 5);
      expect(last(states).multipliers[0]).toBeCloseTo(1, 5);
    }
  });

  test.for(FAMILY)('$title lets go of the bound of ½(x − ½)², x ≥ 0', async ({ method, fields }) => {
    const states = await optimize(
      { start: [-1], objective: (x) => half(sub(x, 0.5)), inequalities: neg },
      { method, fields, learningRate: 0.1, steps: 500 },
    );
    // From outside, so the multiplier has risen on the way; then it is at 0 exactly, not near it.
    expect(Math.max(...states.map(({ multipliers }) => multipliers[0]!))).toBeGreaterThan(0.1);
    expect(last(states).x[0]).toBeCloseTo(0.5, 5);
    expect(last(states).multipliers[0]).toBe(0);
  });
});

const half = (x: Tensor) => mul(sum(square(x)), 0.5) as ReturnType<Problem['objective']>;

describe('Two bounds with one signed multiplier ν, λ of the maximum less λ of the minimum', () => {
  const SIGNED = FAMILY.filter(({ method }) => method !== 'pid');

  // methods.md A8: 0 ≤ x ≤ 1.
  test.for(
    SIGNED.flatMap((way) => [
      { ...way, target: 1.7, x: 1, nu: 0.7 },
      { ...way, target: -0.4, x: 0, nu: -0.4 },
      { ...way, target: 0.3, x: 0.3, nu: 0 },
    ]),
  )('are x = $x and ν = $nu for ½(x − $target)² by $title', async ({ method, fields, target, x, nu }) => {
    const states = await optimize(
      {
        start: [0.5],
        objective: (value) => half(sub(value, target)),
        equalities: (value) => value,
        within: { min: 0, max: 1 },
      },
      { method, fields, learningRate: 0.2, steps: 200 },
    );
    expect(Math.abs(last(states).x[0]! - x)).toBeLessThan(1e-6);
    expect(Math.abs(last(states).multipliers[0]! - nu)).toBeLessThan(1e-6);
    // One number: never do both bounds have a multiplier.
    for (const { rows } of states) expect(rows['lower.multiplier']![0]! * rows['upper.multiplier']![0]!).toBe(0);
  });

  test('move as z − clip(z) with z = y + ν/c says, also where an output leaps from one bound over the other', async () => {
    const [target, c, eta, rate] = [1.7, 3, 2, 0.35];
    const states = await optimize(
      { start: [-2], objective: (x) => half(sub(x, target)), equalities: (x) => x, within: { min: 0, max: 1 } },
      {
        method: 'augmented-lagrangian',
        fields: { penaltyCoefficient: c, dualLearningRate: eta, order: 'simultaneous' },
        learningRate: rate,
        steps: 60,
      },
    );
    let [y, nu] = [-2, 0];
    const outside = (z: number): number => z - Math.min(Math.max(z, 0), 1);
    let leaps = 0;
    for (const state of states) {
      expect(Math.abs(state.x[0]! - y)).toBeLessThan(2e-5);
      expect(Math.abs(state.multipliers[0]! - nu)).toBeLessThan(2e-5);
      if (y * nu < -1e-3 && Math.abs(nu) > 1e-3) leaps += 1;
      const force = c * outside(y + nu / c);
      [y, nu] = [y - rate * (y - target + force), eta * outside(y + nu / eta)];
    }
    expect(leaps).toBeGreaterThan(0);
  });

  test('that are the same are an equality: x² + y² with x + y = 1 ends at (½, ½) with ν = −1', async () => {
    // methods.md B1, L = f + μ(x + y − 1). Damping 1 is the augmented Lagrangian with c = 1, step by step.
    const problem: Problem = {
      start: [0, 0],
      objective: (x) => sum(square(x)),
      equalities: (x) => [sub(sum(x), 1)],
    };
    const common = { dualLearningRate: 0.05, order: 'simultaneous' };
    const ways = [
      { method: 'augmented-lagrangian', fields: { ...common, penaltyCoefficient: 1 } },
      { method: 'projected-lagrangian', fields: { ...common, damping: 1 } },
    ];
    const [augmented, damped] = await Promise.all(
      ways.map((way) => optimize(problem, { ...way, learningRate: 0.05, steps: 500 })),
    );
    for (const states of [augmented!, damped!]) {
      expect(distance(last(states).x, [0.5, 0.5])).toBeLessThan(2e-6);
      expect(last(states).multipliers[0]).toBeCloseTo(-1, 5);
    }
    for (const [index, { x }] of augmented!.entries()) expect(distance(x, damped![index]!.x)).toBeLessThan(1e-5);
  });
});

/** methods.md B2, the data of Cooper's tests/conftest.py with seed 0, n = 5, rounded to 7 digits: min ‖x‖², A·x ≤ b. */
const A = [
  [1.4542458, -0.5996414, -0.5160459, 0.1486257, -0.5702534],
  [-0.8239729, -0.7688309, -1.2257316, 0.378245, -0.5805187],
  [-0.112526, 0.5404664, -0.0015367, -1.2068557, -1.7326468],
  [-0.1249235, 0.0181344, 0.6267405, 1.5403421, -0.6110808],
  [0.5129083, 1.2983325, -1.0499711, 0.5198649, -0.0577828],
];
const B = [0.2844753, 0.5096395, 0.4787858, 0.0691621, -0.6521673];
const X_OPTIMAL = [-0.1006088, -0.2546725, 0.2059555, -0.1019733, 0.0113343];
const LAMBDA_OPTIMAL = [0, 0, 0, 0, 0.392307];
const QUADRATIC: Problem = {
  start: [1, 1, 1, 1, 1],
  objective: (x) => sum(square(x)),
  inequalities: (x) => sub(sum(mul(tensor2d(A), x), 1), B) as Tensor1D,
};
const QUADRATIC_SADDLE: Saddle = {
  start: [1, 1, 1, 1, 1],
  gradient: (x) => x.map((value) => 2 * value),
  constraints: (x) => A.map((row, i) => row.reduce((total, a, k) => total + a * x[k]!, -B[i]!)),
  jacobian: () => A,
};
const RATE = 0.03;
const DUAL_RATE = 0.2 / Math.sqrt(5);
const GROWING = {
  penaltyCoefficient: 1,
  coefficientSchedule: 'multiplicative',
  coefficientGrowth: 1.00025,
  dualLearningRate: DUAL_RATE,
};

describe('A quadratic with five linear bounds (methods.md B2)', () => {
  test.for(
    ORDERS.flatMap((order) => [
      { order, method: 'projected-lagrangian', fields: { dualLearningRate: DUAL_RATE } },
      { order, method: 'augmented-lagrangian', fields: GROWING },
    ]),
  )('is solved with its multipliers by $method, $order', async ({ order, method, fields }) => {
    const states = await optimize(QUADRATIC, {
      method,
      fields: { ...fields, order },
      learningRate: RATE,
      steps: 1500,
    });
    expect(distance(last(states).x, X_OPTIMAL)).toBeLessThan(1e-4);
    expect(distance(last(states).multipliers, LAMBDA_OPTIMAL)).toBeLessThan(1e-4);
    expect(last(states).f).toBeCloseTo(0.1279249, 4);
  });

  const projected = (lambda: number): number => positivePart(lambda);
  const moved = (g: number, { lambda }: Kept) => ({ lambda: projected(lambda! + DUAL_RATE * g) });
  const SECOND: readonly { title: string; method: string; fields: Record<string, unknown>; dual: Dual }[] = [
    {
      title: 'the projected Lagrangian',
      method: 'projected-lagrangian',
      fields: { dualLearningRate: DUAL_RATE },
      dual: { start: { lambda: 0 }, force: (_g, { lambda }) => lambda!, ascend: moved },
    },
    {
      title: 'the projected Lagrangian with damping 3',
      method: 'projected-lagrangian',
      fields: { dualLearningRate: DUAL_RATE, damping: 3 },
      dual: { start: { lambda: 0 }, force: (g, { lambda }) => lambda! + 3 * positivePart(g), ascend: moved },
    },
    {
      title: 'the projected Lagrangian with restart',
      method: 'projected-lagrangian',
      fields: { dualLearningRate: DUAL_RATE, dualRestart: true },
      dual: {
        start: { lambda: 0 },
        force: (_g, { lambda }) => lambda!,
        ascend: (g, kept) => (g > 0 ? moved(g, kept) : { lambda: 0 }),
      },
    },
    {
      // methods.md B3: c grows by 1.00025 where g > 1e-4, in the move of the multipliers.
      title: 'the augmented Lagrangian with a coefficient that grows',
      method: 'augmented-lagrangian',
      fields: GROWING,
      dual: {
        start: { lambda: 0, c: 1 },
        force: (g, { lambda, c }) => positivePart(lambda! + c! * g),
        ascend: (g, kept) => ({ ...moved(g, kept), c: g > 1e-4 ? kept.c! * 1.00025 : kept.c! }),
      },
    },
    {
      title: 'the augmented Lagrangian with steps added to c, restart of both',
      method: 'augmented-lagrangian',
      fields: {
        ...GROWING,
        coefficientSchedule: 'additive',
        coefficientIncrement: 0.5,
        coefficientRestart: true,
        coefficientTolerance: 0.2,
        coefficientMax: 4,
        dualRestart: true,
      },
      dual: {
        start: { lambda: 0, c: 1 },
        force: (g, { lambda, c }) => positivePart(lambda! + c! * g),
        ascend: (g, kept) => ({
          lambda: g > 0 ? moved(g, kept).lambda : 0,
          c: g > 0.2 ? Math.min(kept.c! + 0.5, 4) : g > 0 ? kept.c! : 1,
        }),
      },
    },
    {
      title: 'νPI',
      method: 'nu-pi',
      fields: { dualLearningRate: 0.1, integralGain: 0.8, proportionalGain: 4, smoothing: 0.6 },
      dual: {
        start: { lambda: 0, xi: 0 },
        force: (_g, { lambda }) => lambda!,
        ascend: (g, { lambda, xi }) => {
          const next = 0.6 * xi! + 0.4 * g;
          return { lambda: positivePart(lambda! + 0.1 * (0.8 * g + 4 * (next - xi!))), xi: next };
        },
      },
    },
    {
      title: 'PID',
      method: 'pid',
      fields: { integralGain: 0.1, proportionalGain: 0.7, derivativeGain: 1.3, smoothing: 0.4 },
      dual: {
        start: { lambda: 0, integral: 0, cost: 0 },
        force: (_g, { lambda }) => lambda!,
        ascend: (g, { integral, cost }) => {
          const total = positivePart(integral! + g);
          const next = 0.4 * cost! + 0.6 * g;
          return {
            lambda: positivePart(0.7 * g + 0.1 * total + 1.3 * positivePart(next - cost!)),
            integral: total,
            cost: next,
          };
        },
      },
    },
  ];

  test.for(SECOND.flatMap((second) => ORDERS.map((order) => ({ ...second, order }))))(
    'is descended by $title, $order, as a second implementation in double precision does',
    async ({ method, fields, dual, order }) => {
      const states = await optimize(QUADRATIC, { method, fields: { ...fields, order }, learningRate: RATE, steps: 60 });
      const expected = saddlePoints(QUADRATIC_SADDLE, dual, order, RATE, 60);
      for (const [index, { x, kept }] of expected.entries()) {
        // Two steps to the last places of float32, sixty to what they add up to.
        const tolerance = index <= 2 ? 1e-6 : 1e-5;
        expect(distance(states[index]!.x, x), `x after ${index} steps`).toBeLessThan(tolerance);
        const lambda = kept.map((each) => each.lambda!);
        expect(distance(states[index]!.multipliers, lambda), `λ after ${index} steps`).toBeLessThan(tolerance);
      }
      // Something happened, and not the same in every order.
      expect(Math.max(...states.map(({ multipliers }) => Math.max(...multipliers)))).toBeGreaterThan(0.05);
    },
  );
});

describe('The augmented Lagrangian', () => {
  const line = { gradient: lineGradient, constraints: lineViolations, jacobian: () => LINE_JACOBIAN, start: [1, -1] };
  const ascend = (g: number, { lambda }: Kept) => ({ lambda: positivePart(lambda! + 0.2 * g) });

  test('is PHR and not λ·g + (c/2)[g]₊²: over 30 steps from λ = 1 the two part', async () => {
    const start = { lambda: 1 };
    const states = await optimize(LINE, {
      method: 'augmented-lagrangian',
      fields: { penaltyCoefficient: 1, dualLearningRate: 0.2, order: 'simultaneous' },
      learningRate: 0.05,
      steps: 30,
      rows: { 'upper.multiplier': [1, 1, 1, 1] },
    });
    const phr: Dual = { start, ascend, force: (g, { lambda }) => positivePart(lambda! + g) };
    const naive: Dual = { start, ascend, force: (g, { lambda }) => lambda! + positivePart(g) };
    const [right, wrong] = [phr, naive].map((dual) => saddlePoints(line, dual, 'simultaneous', 0.05, 30));
    for (const [index, { x }] of right!.entries()) expect(distance(states[index]!.x, x)).toBeLessThan(1e-5);
    expect(Math.max(...wrong!.map(({ x }, index) => distance(states[index]!.x, x)))).toBeGreaterThan(0.1);
  });

  // methods.md B21: force [1 − 0.5]₊ = 0.5 and value ½(0.5² − 1²) = −0.375; the naive form has 1 and −0.5.
  test('has at λ = 1, c = 1, g = −0.5 the force 0.5 and the value −0.375', async () => {
    await setBackend('cpu');
    const method = findMethod('augmented-lagrangian')!.bind({ penaltyCoefficient: 1 });
    const rows = { multiplier: tensor2d([[1]]) };
    const scalars = { penaltyCoefficient: scalar(1), dualLearningRate: scalar(1) };
    const term = (g: Tensor): Tensor => reshape(method.term(g as Tensor2D, rows, scalars), []);
    expect(term(tensor2d([[-0.5]])).dataSync()[0]).toBeCloseTo(-0.375, 7);
    expect(grad(term)(tensor2d([[-0.5]])).dataSync()[0]).toBeCloseTo(0.5, 7);
  });

  // methods.md B8.
  test('is νPI with K_p = c/η_λ, step by step, both dual first', async () => {
    const problem: Problem = {
      start: [1, 1],
      objective: (x) => add(square(sub(entry(x, 0), 2)), mul(square(entry(x, 1)), 3)),
      equalities: (x) => [sub(add(square(entry(x, 0)), entry(x, 1)), 1)],
    };
    const common = { learningRate: 0.05, steps: 300 };
    const fields = { order: 'dual-first', dualLearningRate: 0.1 };
    const augmented = await optimize(problem, {
      ...common,
      method: 'augmented-lagrangian',
      fields: { ...fields, penaltyCoefficient: 0.3 },
    });
    const pi = await optimize(problem, { ...common, method: 'nu-pi', fields: { ...fields, proportionalGain: 3 } });
    for (const [index, { x }] of augmented.entries()) expect(distance(x, pi[index]!.x)).toBeLessThan(1e-6);
    expect(distance(last(pi).x, [1.069983, -0.144865])).toBeLessThan(2e-6);
    expect(last(pi).multipliers[0]).toBeCloseTo(0.869188, 5);
  });

  // methods.md B10 (Nocedal & Wright 17.3, Cooper's tutorial): c from 0, here the nearest to it that is allowed.
  test('holds x₁² + x₂² = 2 while c grows, and c stops growing', async () => {
    const states = await optimize(
      { start: [1, 1], objective: sum, equalities: (x) => [sub(sum(square(x)), 2)] },
      {
        method: 'augmented-lagrangian',
        fields: {
          penaltyCoefficient: 1e-6,
          coefficientSchedule: 'additive',
          coefficientIncrement: 0.01,
          coefficientTolerance: 1e-3,
          dualLearningRate: 0.01,
          order: 'simultaneous',
        },
        learningRate: 0.01,
        momentum: 0.9,
        steps: 5000,
      },
    );
    const off = (step: number): number => Math.hypot(states[step]!.x[0]! + 1, states[step]!.x[1]! + 1);
    expect(off(500)).toBeCloseTo(4.1e-3, 4);
    expect(off(1000)).toBeCloseTo(1.05e-3, 5);
    expect(off(3000)).toBeCloseTo(1.7e-4, 5);
    expect(off(5000)).toBeLessThan(1e-4);
    expect(last(states).multipliers[0]).toBeCloseTo(0.49732, 4);
    expect(last(states).rows['upper.coefficient']![0]).toBeCloseTo(17.32, 2);
  });
});

// methods.md B11 (Cooper's tutorial), p = eᵃ: a die whose mean is 4.5.
test('νPI finds the die of largest entropy with a mean of 4.5', async () => {
  const states = await optimize(
    {
      start: new Array<number>(6).fill(Math.log(1 / 6)),
      objective: (a) => sum(mul(exp(a), a)),
      equalities: (a) => [sub(sum(exp(a)), 1), sub(sum(mul(exp(a), [1, 2, 3, 4, 5, 6])), 4.5)],
    },
    {
      method: 'nu-pi',
      fields: { dualLearningRate: 0.01, proportionalGain: 10, order: 'simultaneous' },
      learningRate: 0.03,
      steps: 3000,
    },
  );
  const p = last(states).x.map(Math.exp);
  const off = distance(p, [0.0543532, 0.0787715, 0.11416, 0.1654468, 0.2397744, 0.3474941]);
  // The reference is 1.2e-3 away after as many steps.
  expect(off).toBeCloseTo(1.2e-3, 4);
  expect(-last(states).f).toBeCloseTo(1.6135811, 2);
  expect(last(states).multipliers[0]).toBeCloseTo(2.2833013, 1);
  expect(last(states).multipliers[1]).toBeCloseTo(-0.3710489, 2);
});

const LINE_JACOBIAN = [0, 1, 2, 3].map((x) => [-x, -1]);

function lineGradient([w, b]: readonly number[]): number[] {
  const errors = [0, 1, 2, 3].map((x) => w! * x + b! - (x - 1));
  return [errors.reduce((total, error, x) => total + error * x, 0) / 2, errors.reduce((a, e) => a + e, 0) / 2];
}

function lineViolations([w, b]: readonly number[]): number[] {
  return [0, 1, 2, 3].map((x) => -(w! * x + b!));
}
