/**
 * One training step: network, loss, method and optimizer put together as a pure function of tensors,
 * `(state, batch, rows, scalars) → (state, rows, measures)`, in tfjs-core operations only. It holds no tensor of its own
 * and reads no value, so an engine may run it eagerly or trace it.
 */
import {
  add,
  customGrad,
  keep,
  mean,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  valueAndGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { MethodFunctions, Rows } from '../methods/method';
import { forward, type NetworkShape, parameterSpecs } from '../network/network';
import type { Optimizer } from '../optimizers/optimizer';
import { LOSSES, type LossName } from './loss';
import { type Side, violation } from './sides';

export interface StepSpec {
  readonly network: NetworkShape;
  readonly loss: LossName;
  readonly sides: readonly Side[];
  readonly method: MethodFunctions;
  readonly optimizer: Optimizer;
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface StepInputs {
  /** Bounds and masks, `lower.bound` … `[outputs]`. */
  readonly constants: NamedTensors;
  /** Parameters and optimizer moments. */
  readonly state: NamedTensors;
  /** `[batch, inputs]` */
  readonly inputs: Tensor2D;
  /** `[batch, outputs]` */
  readonly targets: Tensor2D;
  /** The batch's rows, `lower.multiplier` … `[batch, outputs]`. */
  readonly rows: NamedTensors;
  readonly scalars: Readonly<Record<string, Scalar>>;
}

export interface StepOutputs {
  readonly state: NamedTensors;
  readonly rows: NamedTensors;
  /** Batch mean of the loss, and the method's term, both before the update. */
  readonly measures: { readonly loss: Scalar; readonly penalty: Scalar };
}

export interface Residuals {
  /** Gradient of the sum (not mean) over entries of the loss, per parameter. */
  readonly objective: NamedTensors;
  /** Gradient of Σ λ·g with λ held fixed, per parameter. */
  readonly constraint: NamedTensors;
}

export interface TrainingStep {
  readonly spec: StepSpec;
  readonly constants: Readonly<Record<string, Float32Array>>;
  readonly state: readonly TensorSpec[];
  readonly rowNames: readonly string[];
  readonly scalarNames: readonly string[];
  /** The numbers of one step; `learningRate` is this step's. */
  scalars(position: { step: number; epoch: number; learningRate: number }): Record<string, number>;
  run(inputs: StepInputs): StepOutputs;
  predict(state: NamedTensors, inputs: Tensor2D): Tensor2D;
  /** λ per entry and side, `lower` … `[batch, outputs]`; `null` for a method that implies none. */
  multipliers(
    constants: NamedTensors,
    outputs: Tensor2D,
    rows: NamedTensors,
    scalars: StepInputs['scalars'],
  ): Record<string, Tensor2D> | null;
  /** What stationarity is made of, from λ `[batch, outputs]` per side. */
  residuals(inputs: Omit<StepInputs, 'rows' | 'scalars'>, multipliers: NamedTensors): Residuals;
}

/** Name of an optimizer's tensor in the state. */
export const momentName = (moment: string, parameter: string): string => `optimizer.${moment}.${parameter}`;
const rowName = (side: Side, row: string): string => `${side.name}.${row}`;

export function createStep(spec: StepSpec): TrainingStep {
  const { network, sides, method, optimizer } = spec;
  const parameters = parameterSpecs(network);
  const names = parameters.map((parameter) => parameter.name);
  const scalarNames = [...optimizer.scalarNames, ...method.scalarNames];
  if (new Set(scalarNames).size !== scalarNames.length)
    throw new Error(`internal: scalars share a name: ${scalarNames}`);

  const lossEntries = (outputs: Tensor2D, targets: Tensor2D): Tensor2D => LOSSES[spec.loss](sub(outputs, targets));
  const violationOn = (side: Side, outputs: Tensor2D, constants: NamedTensors): Tensor2D =>
    violation(side.name, outputs, constants[`${side.name}.bound`]!, constants[`${side.name}.mask`]!);
  const reduce = (entries: Tensor2D): Scalar => (method.reduction === 'mean' ? mean(entries) : sum(entries));
  const record = <Value>(values: readonly Value[]): Record<string, Value> =>
    Object.fromEntries(names.map((name, index) => [name, values[index]!]));

  function run({ constants, state, inputs, targets, rows, scalars }: StepInputs): StepOutputs {
    let outputs: Tensor2D | undefined;
    let loss: Scalar | undefined;
    let penalty: Scalar | undefined;
    const rowsBefore = new Map(sides.map((side) => [side, rowsOf(side, rows)]));
    const rowsFelt = new Map(rowsBefore);

    const { grads } = valueAndGrads((...values: Tensor[]) => {
      // Kept: these leave the gradient's own scope.
      outputs = keep(forward(network, record(values), inputs));
      loss = keep(mean(lossEntries(outputs, targets)) as Scalar);
      let total: Scalar = loss;
      for (const side of sides) {
        const g = violationOn(side, outputs, constants);
        let felt = rowsBefore.get(side)!;
        if (method.order === 'dual-first' && method.ascend) {
          const ascended = method.ascend(withoutGradient(g), felt, scalars);
          for (const tensor of Object.values(ascended)) keep(tensor);
          felt = { ...felt, ...ascended };
          rowsFelt.set(side, felt);
        }
        total = add(total, reduce(method.term(g, felt, scalars)));
      }
      penalty = keep(sub(total, loss) as Scalar);
      return total;
    })(names.map((name) => state[name]!));

    const nextState: Record<string, Tensor> = {};
    names.forEach((name, index) => {
      const moments = Object.fromEntries(
        optimizer.moments.map((moment) => [moment, state[momentName(moment, name)]!] as const),
      );
      const updated = optimizer.update(state[name]!, grads[index]!, moments, scalars);
      nextState[name] = updated.parameter;
      for (const moment of optimizer.moments) nextState[momentName(moment, name)] = updated.moments[moment]!;
    });

    const nextRows: Record<string, Tensor> = {};
    for (const side of sides) {
      const felt = rowsFelt.get(side)!;
      const g = violationOn(side, outputs!, constants);
      let next: Rows = { ...felt, ...method.descend?.(g, felt, scalars) };
      if (method.order === 'simultaneous') next = { ...next, ...method.ascend?.(g, felt, scalars) };
      if (method.order === 'primal-first' && method.ascend) {
        const outputsAfter = forward(network, nextState, inputs);
        next = { ...next, ...method.ascend(violationOn(side, outputsAfter, constants), next, scalars) };
      }
      for (const row of method.rows) nextRows[rowName(side, row)] = next[row]!;
    }
    // Kept above, and of no use to the caller.
    outputs!.dispose();
    return { state: nextState, rows: nextRows, measures: { loss: loss!, penalty: penalty! } };
  }

  function rowsOf(side: Side, rows: NamedTensors): Rows {
    return Object.fromEntries(method.rows.map((row) => [row, rows[rowName(side, row)] as Tensor2D]));
  }

  function gradient(
    state: NamedTensors,
    inputs: Tensor2D,
    objective: (outputs: Tensor2D) => Scalar,
  ): Record<string, Tensor> {
    const { grads } = valueAndGrads((...values: Tensor[]) => objective(forward(network, record(values), inputs)))(
      names.map((name) => state[name]!),
    );
    return record(grads);
  }

  return {
    spec,
    constants: Object.fromEntries(
      sides.flatMap((side) => [
        [`${side.name}.bound`, side.bound],
        [`${side.name}.mask`, side.mask],
      ]),
    ),
    state: parameters.flatMap((parameter) => [
      parameter,
      ...optimizer.moments.map((moment) => ({ name: momentName(moment, parameter.name), shape: parameter.shape })),
    ]),
    rowNames: sides.flatMap((side) => method.rows.map((row) => rowName(side, row))),
    scalarNames,
    scalars: ({ step, epoch, learningRate }) => ({
      ...optimizer.scalars(step, learningRate),
      ...method.scalars({ step, epoch }),
    }),
    run,
    predict: (state, inputs) => forward(network, state, inputs),
    multipliers: (constants, outputs, rows, scalars) => {
      const multiplier = method.multiplier;
      if (multiplier === undefined || sides.length === 0) return null;
      return Object.fromEntries(
        sides.map((side) => {
          const lambda = multiplier(violationOn(side, outputs, constants), rowsOf(side, rows), scalars);
          return [side.name, mul(lambda, constants[`${side.name}.mask`]!) as Tensor2D];
        }),
      );
    },
    residuals: ({ constants, state, inputs, targets }, multipliers) => ({
      objective: gradient(state, inputs, (outputs) => sum(lossEntries(outputs, targets))),
      constraint: gradient(state, inputs, (outputs) =>
        sides
          .map((side): Scalar => sum(mul(violationOn(side, outputs, constants), multipliers[side.name]!)))
          .reduce((a, b) => add(a, b)),
      ),
    }),
  };
}

/** The same values with derivative 0: multipliers move with `g`, but the weights must not feel that movement. */
const withoutGradient = customGrad((x) => ({
  value: add(x as Tensor, 0),
  gradFunc: (dy: Tensor) => zerosLike(dy),
})) as (x: Tensor2D) => Tensor2D;
