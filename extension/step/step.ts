/**
 * One training step: network, loss, method and optimizer put together as a pure function of tensors,
 * `(state, batch, rows, scalars) → (state, rows, measures)`, in tfjs-core operations only. It holds no tensor of its own
 * and reads no value, so an engine may run it eagerly or trace it.
 */
import {
  add,
  customGrad,
  dispose,
  keep,
  mean,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  valueAndGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { BoundTensors, FeatureRange, MethodFunctions, OutputConstraint, Position, Rows } from '../methods/method';
import { featureRange } from '../network/featureRange';
import { forward, forwardFeatures, lastLayerNames, type NetworkShape, parameterSpecs } from '../network/network';
import type { Optimizer } from '../optimizers/optimizer';
import { LOSSES, type LossName } from './loss';
import { plainBounds, type Side, violation } from './sides';

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
  /** Parameters, optimizer moments and what a method keeps per output. */
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
  /** Those of `state` that `multipliers` needs: what a method keeps per output. */
  readonly sharedNames: readonly string[];
  /** What a method keeps per sample and output; the trainer owns these. */
  readonly rowNames: readonly string[];
  readonly scalarNames: readonly string[];
  /** First value of every tensor in `state`, from parameters as PyTorch would draw them. */
  initialState(drawn: Readonly<Record<string, Float32Array>>): Record<string, Float32Array>;
  /** The network's parameters as they are used, from those that are trained. */
  usedParameters(state: Readonly<Record<string, Float32Array>>): Record<string, Float32Array>;
  /** The numbers of one step; `learningRate` is this step's. */
  scalars(position: Position & { readonly learningRate: number }): Record<string, number>;
  run(inputs: StepInputs): StepOutputs;
  /** `[batch, outputs]`, the head's if the method has one. */
  predict(constants: NamedTensors, state: NamedTensors, inputs: Tensor2D): Tensor2D;
  /** What the last layer is given, `[batch, features]`. */
  features(state: NamedTensors, inputs: Tensor2D): Tensor2D;
  /** λ per entry and side, `lower` … `[batch, outputs]`; `null` for a method that implies none. */
  multipliers(
    constants: NamedTensors,
    state: NamedTensors,
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
/** Name of what a method keeps per output in the state. */
const sharedName = (side: Side, row: string): string => `outputs.${side.name}.${row}`;

export function createStep(spec: StepSpec): TrainingStep {
  const { network, sides, method, optimizer } = spec;
  const parameters = parameterSpecs(network);
  const names = parameters.map((parameter) => parameter.name);
  const last = lastLayerNames(network);
  const features: FeatureRange = featureRange(network) ?? UNBOUNDED;
  const scalarNames = [...optimizer.scalarNames, ...method.scalarNames];
  if (new Set(scalarNames).size !== scalarNames.length)
    throw new Error(`internal: scalars share a name: ${scalarNames}`);
  if (method.order === 'extragradient' && method.descend !== undefined)
    throw new Error('internal: an extragradient step knows no slacks');

  const lossEntries = (outputs: Tensor2D, targets: Tensor2D): Tensor2D => LOSSES[spec.loss](sub(outputs, targets));
  const violationOn = (side: Side, outputs: Tensor2D, constants: NamedTensors): Tensor2D =>
    violation(side.name, outputs, constants[`${side.name}.bound`]!, constants[`${side.name}.mask`]!);
  const reduce = (entries: Tensor2D): Scalar => (method.reduction === 'mean' ? mean(entries) : sum(entries));
  const record = <Value>(values: readonly Value[]): Record<string, Value> =>
    Object.fromEntries(names.map((name, index) => [name, values[index]!]));

  /** The network with its last layer in use and, where the method has one, its head. */
  function outputsOf(
    use: 'train' | 'predict',
    constants: NamedTensors,
    values: NamedTensors,
    inputs: Tensor2D,
  ): Tensor2D {
    const layer = method.lastLayer?.effective?.(values[last.weight] as Tensor2D, values[last.bias] as Tensor1D);
    const used = layer === undefined ? values : { ...values, [last.weight]: layer.weight, [last.bias]: layer.bias };
    const outputs = forward(network, used, inputs);
    return method.head === undefined ? outputs : method.head[use](outputs, boundTensors(sides, constants));
  }

  /** A side's constraints: per entry, or one per output. */
  function constraintOn(side: Side, outputs: Tensor2D, { constants, scalars }: StepInputs): OutputConstraint {
    const g = violationOn(side, outputs, constants);
    return method.perOutput?.(g, scalars) ?? { felt: g, actual: g };
  }

  /** Loss, term and gradients at `values`; with `ascendFirst` the weights feel multipliers that have moved already. */
  function evaluate(
    step: StepInputs,
    values: NamedTensors,
    rowsBefore: ReadonlyMap<Side, Rows>,
    ascendFirst: boolean,
  ): Evaluation {
    let outputs: Tensor2D | undefined;
    let loss: Scalar | undefined;
    let penalty: Scalar | undefined;
    const rows = new Map(rowsBefore);
    const { grads } = valueAndGrads((...tensors: Tensor[]) => {
      // Kept: these leave the gradient's own scope.
      outputs = keep(outputsOf('train', step.constants, record(tensors), step.inputs));
      loss = keep(mean(lossEntries(outputs, step.targets)) as Scalar);
      let total: Scalar = loss;
      for (const side of sides) {
        const { felt, actual } = constraintOn(side, outputs, step);
        if (ascendFirst && method.ascend) {
          const ascended = method.ascend(withoutGradient(actual), rows.get(side)!, step.scalars);
          for (const tensor of Object.values(ascended)) keep(tensor);
          rows.set(side, { ...rows.get(side)!, ...ascended });
        }
        total = add(total, reduce(method.term(felt, rows.get(side)!, step.scalars)));
      }
      penalty = keep(sub(total, loss) as Scalar);
      return total;
    })(names.map((name) => values[name]!));
    return { outputs: outputs!, measures: { loss: loss!, penalty: penalty! }, gradients: record(grads), rows };
  }

  /** One step of the optimizer on all parameters, and back into the set that the method's last layer keeps to. */
  function update(step: StepInputs, gradients: NamedTensors): Record<string, Tensor> {
    const next: Record<string, Tensor> = {};
    for (const name of names) {
      const moments = Object.fromEntries(
        optimizer.moments.map((moment) => [moment, step.state[momentName(moment, name)]!] as const),
      );
      const updated = optimizer.update(step.state[name]!, gradients[name]!, moments, step.scalars);
      next[name] = updated.parameter;
      for (const moment of optimizer.moments) next[momentName(moment, name)] = updated.moments[moment]!;
    }
    const projected = method.lastLayer?.project?.(
      next[last.weight] as Tensor2D,
      next[last.bias] as Tensor1D,
      boundTensors(sides, step.constants),
      features,
    );
    if (projected === undefined) return next;
    for (const part of ['weight', 'bias'] as const) {
      next[last[part]] = projected[part];
      for (const moment of optimizer.moments) {
        const name = momentName(moment, last[part]);
        next[name] = mul(next[name]!, projected.keepMoments[part]);
      }
    }
    return next;
  }

  function run(step: StepInputs): StepOutputs {
    const { constants, inputs, scalars } = step;
    const rowsBefore = new Map(sides.map((side) => [side, rowsOf(side, step)]));
    const here = evaluate(step, step.state, rowsBefore, method.order === 'dual-first');

    if (method.order === 'extragradient') {
      const trialRows = new Map(
        sides.map((side) => {
          const { actual } = constraintOn(side, here.outputs, step);
          const rows = rowsBefore.get(side)!;
          return [side, { ...rows, ...method.ascend?.(actual, rows, scalars) }];
        }),
      );
      const there = evaluate(step, update(step, here.gradients), trialRows, false);
      const nextRows = sides.map((side) => {
        const { actual } = constraintOn(side, there.outputs, step);
        const rows = rowsBefore.get(side)!;
        return [side, { ...rows, ...method.ascend?.(actual, rows, scalars) }] as const;
      });
      const nextState = update(step, there.gradients);
      // Kept above, and of no use to the caller.
      dispose([here.outputs, there.outputs, there.measures.loss, there.measures.penalty]);
      return outputsWith(nextState, new Map(nextRows), here.measures);
    }

    const nextState = update(step, here.gradients);
    const nextRows = new Map<Side, Rows>();
    for (const side of sides) {
      const felt = here.rows.get(side)!;
      const { actual } = constraintOn(side, here.outputs, step);
      let next: Rows = { ...felt, ...method.descend?.(actual, felt, scalars) };
      if (method.order === 'simultaneous') next = { ...next, ...method.ascend?.(actual, felt, scalars) };
      if (method.order === 'primal-first' && method.ascend) {
        const after = constraintOn(side, outputsOf('train', constants, nextState, inputs), step);
        next = { ...next, ...method.ascend(after.actual, next, scalars) };
      }
      nextRows.set(side, next);
    }
    here.outputs.dispose();
    return outputsWith(nextState, nextRows, here.measures);
  }

  function outputsWith(
    state: Record<string, Tensor>,
    rows: ReadonlyMap<Side, Rows>,
    measures: StepOutputs['measures'],
  ): StepOutputs {
    const tables: Record<string, Tensor> = {};
    for (const side of sides) {
      for (const row of method.rows) {
        const tensor = rows.get(side)![row]!;
        // A copy of what did not move: the state before the step is disposed after it.
        if (method.perOutput === undefined) tables[rowName(side, row)] = tensor;
        else state[sharedName(side, row)] = add(tensor, 0);
      }
    }
    return { state, rows: tables, measures };
  }

  function rowsOf(side: Side, { rows, state }: Pick<StepInputs, 'rows' | 'state'>): Rows {
    return Object.fromEntries(
      method.rows.map((row) => [
        row,
        (method.perOutput === undefined ? rows[rowName(side, row)] : state[sharedName(side, row)]) as Tensor2D,
      ]),
    );
  }

  function gradient(
    constants: NamedTensors,
    state: NamedTensors,
    inputs: Tensor2D,
    objective: (outputs: Tensor2D) => Scalar,
  ): Record<string, Tensor> {
    const { grads } = valueAndGrads((...values: Tensor[]) =>
      objective(outputsOf('train', constants, record(values), inputs)),
    )(names.map((name) => state[name]!));
    return record(grads);
  }

  const shared =
    method.perOutput === undefined ? [] : sides.flatMap((side) => method.rows.map((row) => ({ side, row })));
  const state: TensorSpec[] = [
    ...parameters.flatMap((parameter) => [
      parameter,
      ...optimizer.moments.map((moment) => ({ name: momentName(moment, parameter.name), shape: parameter.shape })),
    ]),
    ...shared.map(({ side, row }) => ({ name: sharedName(side, row), shape: [1, side.bound.length] })),
  ];

  return {
    spec,
    constants: Object.fromEntries(
      sides.flatMap((side) => [
        [`${side.name}.bound`, side.bound],
        [`${side.name}.mask`, side.mask],
      ]),
    ),
    state,
    sharedNames: shared.map(({ side, row }) => sharedName(side, row)),
    rowNames:
      method.perOutput === undefined ? sides.flatMap((side) => method.rows.map((row) => rowName(side, row))) : [],
    scalarNames,
    initialState: (drawn) => {
      const layer = method.lastLayer?.initial(
        drawn[last.weight]!,
        drawn[last.bias]!,
        plainBounds(sides, network.layers.at(-1)!),
        features,
      );
      const first: Record<string, Float32Array> = {
        ...drawn,
        ...(layer && { [last.weight]: layer.weight, [last.bias]: layer.bias }),
      };
      for (const { side, row } of shared) {
        first[sharedName(side, row)] = method.initialRows(new Float32Array(side.bound.length))[row]!;
      }
      return Object.fromEntries(
        state.map(({ name, shape }) => [name, first[name] ?? new Float32Array(shape.reduce((a, b) => a * b, 1))]),
      );
    },
    usedParameters: (values) => {
      const layer = method.lastLayer?.effectiveValues?.(values[last.weight]!, values[last.bias]!);
      const used = Object.fromEntries(names.map((name) => [name, values[name]!]));
      return layer === undefined ? used : { ...used, [last.weight]: layer.weight, [last.bias]: layer.bias };
    },
    scalars: ({ learningRate, ...position }) => ({
      ...optimizer.scalars(position.step, learningRate),
      ...method.scalars(position),
    }),
    run,
    predict: (constants, state, inputs) => outputsOf('predict', constants, state, inputs),
    features: (state, inputs) => forwardFeatures(network, state, inputs),
    multipliers: (constants, state, outputs, rows, scalars) => {
      const multiplier = method.multiplier;
      if (multiplier === undefined || sides.length === 0) return null;
      return Object.fromEntries(
        sides.map((side) => {
          const lambda = multiplier(violationOn(side, outputs, constants), rowsOf(side, { rows, state }), scalars);
          return [side.name, mul(lambda, constants[`${side.name}.mask`]!) as Tensor2D];
        }),
      );
    },
    residuals: ({ constants, state, inputs, targets }, multipliers) => ({
      objective: gradient(constants, state, inputs, (outputs) => sum(lossEntries(outputs, targets))),
      constraint: gradient(constants, state, inputs, (outputs) =>
        sides
          .map((side): Scalar => sum(mul(violationOn(side, outputs, constants), multipliers[side.name]!)))
          .reduce((a, b) => add(a, b)),
      ),
    }),
  };
}

/** What one pass through the network and back gives; outputs and measures are kept, rows may be. */
interface Evaluation {
  readonly outputs: Tensor2D;
  readonly measures: StepOutputs['measures'];
  readonly gradients: NamedTensors;
  readonly rows: ReadonlyMap<Side, Rows>;
}

const UNBOUNDED: FeatureRange = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

function boundTensors(sides: readonly Side[], constants: NamedTensors): BoundTensors {
  return Object.fromEntries(
    sides.map(({ name }) => [name, { bound: constants[`${name}.bound`]!, mask: constants[`${name}.mask`]! }]),
  );
}

/** The same values with derivative 0: multipliers move with `g`, but the weights must not feel that movement. */
const withoutGradient = customGrad((x) => ({
  value: add(x as Tensor, 0),
  gradFunc: (dy: Tensor) => zerosLike(dy),
})) as (x: Tensor2D) => Tensor2D;
