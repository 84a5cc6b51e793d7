/**
 * Any differentiable problem, `min f(x)` subject to `g(x) ≤ 0` and `h(x) = 0`, through the real step and eager session on
 * tfjs's cpu backend: for cases from the literature that are no network.
 *
 * x is the bias of a linear layer whose input is 0; a head of the harness turns it into the outputs (f, g…, h…). A loss
 * of the harness is f alone; `g ≤ 0` is a maximum of 0, `h = 0` a minimum and a maximum of 0. All else is the product's:
 * violations, terms, order of the updates, optimizer, rows and multipliers. Terms are added up ("sum") unless the fields
 * say otherwise, so the Lagrangian is `f + Σ λ·g` to the letter.
 *
 * Numbers are float32: the width is a power of two, so f's scale is exact, but a step rounds at 6e-8 of each number.
 */
import {
  concat,
  mul,
  neg,
  type Rank,
  reshape,
  type Scalar,
  setBackend,
  slice,
  stack,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { createEagerSession } from '../../../extension/engines/eager';
import type { Session } from '../../../extension/engines/engine';
import { findMethod } from '../../../extension/methods/registry';
import { createOptimizer } from '../../../extension/optimizers/registry';
import { LOSSES, type LossName } from '../../../extension/step/loss';
import { type SideName, sidesOf, violationOf } from '../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../extension/step/step';

export interface Problem {
  /** First x. */
  readonly start: readonly number[];
  /** f, from x `[n]`. */
  objective(x: Tensor1D): Scalar;
  /** The g that are wanted at or below 0, as numbers or as one vector. */
  inequalities?(x: Tensor1D): readonly Scalar[] | Tensor1D;
  /** The h that are wanted at 0: bounds on both sides, which are the same. */
  equalities?(x: Tensor1D): readonly Scalar[] | Tensor1D;
  /** In place of 0: what the h are wanted between. */
  readonly within?: { readonly min: number; readonly max: number };
}

export interface Way {
  readonly method: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly learningRate: number;
  readonly momentum?: number;
  readonly optimizer?: 'sgd' | 'adam';
  readonly steps: number;
  /** First rows other than the method's own, per constraint (inequalities, then equalities): `{ 'upper.multiplier': [1] }`. */
  readonly rows?: Readonly<Record<string, readonly number[]>>;
  /** Which bound an inequality is: y = g ≤ 0 or y = −g ≥ 0. The result must not depend on it. Default: "upper". */
  readonly side?: SideName;
}

/** Before the first step or after a step; lists are per constraint, inequalities first. */
export interface ProblemState {
  readonly x: readonly number[];
  readonly f: number;
  /** Values of g and h. */
  readonly constraints: readonly number[];
  /** λ of each constraint as the method gives it, `λ_max − λ_min` for an equality; empty for a method that implies none. */
  readonly multipliers: readonly number[];
  /** What the method keeps, `upper.multiplier` …. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
}

/** Entry `index` of x. */
export const entry = (x: Tensor1D, index: number): Scalar => reshape(slice(x, [index], [1]), []) as Scalar;

/** The states before the first and after each step. */
export async function optimize(problem: Problem, way: Way): Promise<ProblemState[]> {
  await setBackend('cpu');
  const { step, width, count, signs } = encode(problem, way);
  const initial = step.initialState({
    '0.weight': new Float32Array(width),
    '0.bias': Float32Array.from({ length: width }, (_, index) => problem.start[index] ?? 0),
  });
  const session = createEagerSession(step, initial);
  try {
    let rows = await firstRows(session, step, way, width);
    const scalarsAt = (index: number): Record<string, number> =>
      step.scalars({
        step: index,
        epoch: index,
        steps: way.steps,
        epochs: way.steps,
        learningRate: way.learningRate,
      });
    const states: ProblemState[] = [];
    for (let index = 0; index <= way.steps; index++) {
      states.push(await stateOf(index));
      if (index === way.steps) break;
      ({ rows } = await session.train({
        counts: [1],
        inputs: Float32Array.of(0),
        targets: new Float32Array(width),
        rows,
        scalars: Object.fromEntries(
          Object.entries(scalarsAt(index)).map(([name, value]) => [name, Float32Array.of(value)]),
        ),
      }));
    }
    return states;

    async function stateOf(index: number): Promise<ProblemState> {
      const state = await session.readState();
      const outputs = await session.predict(Float32Array.of(0), 1);
      const multipliers = await session.multipliers(outputs, rows, scalarsAt(index));
      const perConstraint = (values: ArrayLike<number>): number[] =>
        Array.from({ length: count }, (_, constraint) => values[constraint + 1]!);
      const kept = { ...rows, ...Object.fromEntries(step.sharedNames.map((name) => [plainName(name), state[name]!])) };
      const lambda = (side: SideName): number[] => perConstraint(multipliers?.[side] ?? new Float32Array(width));
      const [lower, upper] = [lambda('lower'), lambda('upper')];
      return {
        x: [...state['0.bias']!.subarray(0, problem.start.length)],
        f: outputs[0]!,
        constraints: perConstraint(outputs).map((value, constraint) => value * signs[constraint]!),
        multipliers:
          multipliers === null
            ? []
            : upper.map((value, constraint) => signs[constraint]! * (value - lower[constraint]!)),
        rows: Object.fromEntries(Object.entries(kept).map(([name, values]) => [name, perConstraint(values)])),
      };
    }
  } finally {
    session.dispose();
  }
}

/** The problem as a step: outputs (f, constraints…, zeros…), of which only f has a loss and only the constraints a bound. */
function encode(problem: Problem, way: Way): { step: TrainingStep; width: number; count: number; signs: number[] } {
  const { start } = problem;
  const inequalitiesAt = (x: Tensor1D): Tensor1D => vectorOf(problem.inequalities?.(x) ?? []);
  const equalitiesAt = (x: Tensor1D): Tensor1D => vectorOf(problem.equalities?.(x) ?? []);
  const first = zeros<Rank.R1>([start.length]);
  const [nInequalities, nEqualities] = [inequalitiesAt(first).size, equalitiesAt(first).size];
  const count = nInequalities + nEqualities;
  const width = 2 ** Math.ceil(Math.log2(Math.max(start.length, count + 1)));
  const isLower = way.side === 'lower';
  const outputsOf = (linear: Tensor2D): Tensor2D => {
    const x = slice(reshape(linear, [width]) as Tensor1D, [0], [start.length]);
    const g = inequalitiesAt(x);
    const filled = [reshape(problem.objective(x), [1]), isLower ? neg(g) : g, equalitiesAt(x)];
    return reshape(concat([...filled, zeros([width - 1 - count])]), [1, width]) as Tensor2D;
  };
  const method = findMethod(way.method)!.bind({ reduction: 'sum', ...way.fields });
  const inequality = isLower ? { min: 0, max: null } : { min: null, max: 0 };
  const free = { min: null, max: null };
  const bounds = [
    free,
    ...new Array(nInequalities).fill(inequality),
    ...new Array(nEqualities).fill(problem.within ?? { min: 0, max: 0 }),
    ...Array.from({ length: width - 1 - count }, () => free),
  ];
  const step = createStep({
    network: { layers: [1, width], activation: 'relu' },
    loss: FIRST_OUTPUT,
    sides: sidesOf(bounds, { mean: new Float32Array(width), deviation: new Float32Array(width).fill(1) }),
    method: { ...method, head: { formula: 'the problem', train: outputsOf, predict: outputsOf } },
    optimizer: createOptimizer(way.optimizer ?? 'sgd', { momentum: way.momentum ?? 0 }),
  });
  const signs = Array.from({ length: count }, (_, constraint) => (isLower && constraint < nInequalities ? -1 : 1));
  return { step, width, count, signs };
}

/** tfjs stacks no empty list. */
function vectorOf(values: readonly Scalar[] | Tensor1D): Tensor1D {
  if (!Array.isArray(values)) return values as Tensor1D;
  return values.length === 0 ? zeros([0]) : (stack(values as Scalar[]) as Tensor1D);
}

/** As the trainer makes them, or as told. */
async function firstRows(
  session: Session,
  step: TrainingStep,
  way: Way,
  width: number,
): Promise<Record<string, Float32Array>> {
  const { method, sides } = step.spec;
  const outputs = await session.predict(Float32Array.of(0), 1);
  const own: Record<string, Float32Array> = {};
  for (const side of method.perOutput === undefined ? sides : []) {
    for (const [row, values] of Object.entries(method.initialRows(violationOf(side, outputs))))
      own[`${side.name}.${row}`] = values;
  }
  for (const [name, values] of Object.entries(way.rows ?? {})) {
    const filled = new Float32Array(width);
    filled.set(values, 1);
    const shared = step.sharedNames.find((each) => plainName(each) === name);
    if (shared !== undefined) await session.writeState({ [shared]: filled });
    else if (name in own) own[name] = filled;
    else throw new Error(`${way.method} keeps no ${name}`);
  }
  return own;
}

const plainName = (shared: string): string => shared.replace(/^outputs\./, '');

/** A loss of this harness: the first output itself, undivided by the number of outputs. */
const FIRST_OUTPUT = 'first output' as LossName;
Object.assign(LOSSES, {
  [FIRST_OUTPUT]: (error: Tensor2D) =>
    mul(error, tensor2d([[error.shape[1], ...new Array<number>(error.shape[1] - 1).fill(0)]])) as Tensor2D,
});

/** The first step after which every later state keeps to `isClose`; -1 when the last one doesn't. */
export function settledAfter(states: readonly ProblemState[], isClose: (state: ProblemState) => boolean): number {
  let first = states.length;
  while (first > 0 && isClose(states[first - 1]!)) first--;
  return first === states.length ? -1 : first;
}
