/**
 * Many thousand steps of `min f(x)` subject to `g(x) ≤ 0` through a method's own functions in a second or two: as
 * `problem.ts`, but with the steps traced and compiled, fifty in a call, as the onnx engine does. For methods whose rows
 * move from the same point as x; terms are added up ("sum"), plain gradient descent with momentum as in PyTorch.
 */
import {
  add,
  concat,
  grad,
  mul,
  reshape,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { optimizeStep } from '../../../extension/engines/onnx/passes/pipeline';
import { loadRuntime } from '../../../extension/engines/onnx/runtime';
import { trace } from '../../../extension/engines/onnx/trace';
import type { Rows, Scalars } from '../../../extension/methods/method';
import { findMethod } from '../../../extension/methods/registry';

const STEPS_PER_CALL = 50;

export interface ConstrainedProblem {
  readonly start: readonly number[];
  /** f, from x `[n]`. */
  objective(x: Tensor1D): Scalar;
  /** g, `[1, constraints]`. */
  violations(x: Tensor1D): Tensor2D;
  readonly constraints: number;
}

export interface Descent {
  readonly method: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly learningRate: number;
  readonly momentum?: number;
  /** A multiple of 50. */
  readonly steps: number;
}

/** x after each step, and the rows at the end. */
export async function descend(
  problem: ConstrainedProblem,
  { method: name, fields, learningRate, momentum = 0, steps }: Descent,
): Promise<{ path: number[][]; rows: Record<string, number[]> }> {
  const method = findMethod(name)!.bind(fields);
  const size = problem.start.length;
  const graph = trace((tracer) => {
    let x = tracer.input('x', [size]) as Tensor1D;
    let velocity: Tensor = tracer.input('velocity', [size]);
    let rows: Rows = Object.fromEntries(
      method.rows.map((row) => [row, tracer.input(row, [1, problem.constraints]) as Tensor2D]),
    );
    const numbers = method.scalars({ step: 0, epoch: 0, steps, epochs: steps });
    const scalars: Scalars = Object.fromEntries(
      Object.entries(numbers).map(([scalar, value]) => [scalar, tracer.constant(Float32Array.of(value), []) as Scalar]),
    );
    const path: Tensor2D[] = [];
    for (let step = 0; step < STEPS_PER_CALL; step++) {
      const here = rows;
      const slope = grad((at) =>
        add(problem.objective(at as Tensor1D), sum(method.term(problem.violations(at as Tensor1D), here, scalars))),
      )(x);
      rows = { ...here, ...method.ascend?.(problem.violations(x), here, scalars) };
      velocity = add(mul(velocity, momentum), slope);
      x = sub(x, mul(velocity, learningRate));
      path.push(reshape(x, [1, size]));
    }
    return { 'next.x': x, 'next.velocity': velocity, ...nextNames(rows), path: concat(path, 0) };
  });

  const program = await loadRuntime().compile(optimizeStep(graph), 'descent');
  const g = new Float32Array(problem.constraints);
  let state: Record<string, Float32Array> = {
    x: Float32Array.from(problem.start),
    velocity: new Float32Array(size),
    ...method.initialRows(g),
  };
  const path: number[][] = [];
  for (let step = 0; step < steps; step += STEPS_PER_CALL) {
    const results: Record<string, Float32Array> = { path: new Float32Array(STEPS_PER_CALL * size) };
    for (const [key, values] of Object.entries(state)) results[`next.${key}`] = new Float32Array(values.length);
    await program.run(state, results);
    for (let at = 0; at < STEPS_PER_CALL * size; at += size) path.push([...results.path!.subarray(at, at + size)]);
    state = Object.fromEntries(Object.keys(state).map((key) => [key, results[`next.${key}`]!]));
  }
  await program.release();
  return { path, rows: Object.fromEntries(method.rows.map((row) => [row, [...state[row]!]])) };
}

const nextNames = (rows: Rows): Record<string, Tensor2D> =>
  Object.fromEntries(Object.entries(rows).map(([row, tensor]) => [`next.${row}`, tensor]));
