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
  maximum,
  mean,
  mul,
  neg,
  relu,
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
  const bounds = plainBounds(sides, network.layers.at(-1)!);
  const scalarNames = [...optimizer.scalarNames, ...method.scalarNames];
  if (new Set(scalarNames).size !== scalarNames.length)
    throw new Error(`internal: scalars share a name: ${scalarNames}`);
  if (method.order === 'extragradient' && method.descend !== undefined)
    throw new Error('internal: an extragradient step knows no slacks');

  const joint = sides.length === 2 ? Object.entries(method.joint ?? {}) : [];
  const signed = new Set(joint.filter(([, how]) => how === 'signed').map(([row]) => row));
  if (joint.length > 0 && method.perOutput !== undefined)
    throw new Error('internal: constraints per output have no number for both bounds');

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
    const bounds = boundTensors(sides, constants);
    const layer = method.lastLayer?.effective?.(values[last.weight] as Tensor2D, values[last.bias] as Tensor1D, bounds);
    const used = layer === undefined ? values : { ...values, [last.weight]: layer.weight, [last.bias]: layer.bias };
    const outputs = forward(network, used, inputs);
    return method.head === undefined ? outputs : method.head[use](outputs, bounds);
  }

  /** A side's constraints: per entry, or one per output. */
  function constraintOn(side: Side, outputs: Tensor2D, { constants, scalars }: StepInputs): OutputConstraint {
    const g = violationOn(side, outputs, constants);
    return method.perOutput?.(g, scalars) ?? { felt: g, actual: g };
  }

  /** `onto`, with what an ascent from `felt` moves: multipliers and what goes with them. */
  function ascended(
    felt: SideRows,
    actualOn: (side: Side) => Tensor2D,
    scalars: StepInputs['scalars'],
    onto: SideRows = felt,
  ): SideRows {
    if (method.ascend === undefined) return onto;
    const next = sides.map(
      (side) => [side, { ...onto.get(side)!, ...method.ascend!(actualOn(side), felt.get(side)!, scalars) }] as const,
    );
    return joined(new Map(next));
  }

  /** Rows as the sides see them: a number for both bounds is made of both sides' and has the sign of each. */
  function joined(rows: SideRows): SideRows {
    if (joint.length === 0) return rows;
    const [lower, upper] = (['lower', 'upper'] as const).map((name) => sides.find((side) => side.name === name)!);
    const seen = { lower: { ...rows.get(lower!)! }, upper: { ...rows.get(upper!)! } };
    for (const [row, how] of joint) {
      const [low, high] = [seen.lower[row]!, seen.upper[row]!];
      const both = how === 'signed' ? sub(high, low) : maximum(high, low);
      seen.upper[row] = both as Tensor2D;
      seen.lower[row] = (how === 'signed' ? neg(both) : both) as Tensor2D;
    }
    return new Map([
      [lower!, seen.lower],
      [upper!, seen.upper],
    ]);
  }

  /** Loss, term and gradients at `values`; with `ascendFirst` the weights feel multipliers that have moved already. */
  function evaluate(step: StepInputs, values: NamedTensors, rowsBefore: SideRows, ascendFirst: boolean): Evaluation {
    let outputs: Tensor2D | undefined;
    let loss: Scalar | undefined;
    let penalty: Scalar | undefined;
    let rows = rowsBefore;
    const { grads } = valueAndGrads((...tensors: Tensor[]) => {
      // Kept: these leave the gradient's own scope.
      outputs = keep(outputsOf('train', step.constants, record(tensors), step.inputs));
      loss = keep(mean(lossEntries(outputs, step.targets)) as Scalar);
      const constraints = new Map(sides.map((side) => [side, constraintOn(side, outputs!, step)]));
      if (ascendFirst) {
        rows = ascended(rowsBefore, (side) => withoutGradient(constraints.get(side)!.actual), step.scalars);
        for (const tensor of newTensors(rows, rowsBefore)) keep(tensor);
      }
      let total: Scalar = loss;
      for (const [side, { felt }] of constraints) {
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
    const rowsBefore = joined(new Map(sides.map((side) => [side, rowsOf(side, step)])));
    const here = evaluate(step, step.state, rowsBefore, method.order === 'dual-first');
    const actualAt = (outputs: Tensor2D) => (side: Side) => constraintOn(side, outputs, step).actual;

    if (method.order === 'extragradient') {
      const trialRows = ascended(rowsBefore, actualAt(here.outputs), scalars);
      const there = evaluate(step, update(step, here.gradients), trialRows, false);
      const result = outputsWith(
        update(step, there.gradients),
        ascended(rowsBefore, actualAt(there.outputs), scalars),
        here.measures,
      );
      // Kept above, and of no use to the caller.
      dispose([here.outputs, there.outputs, there.measures.loss, there.measures.penalty]);
      return result;
    }

    const nextState = update(step, here.gradients);
    const descended = new Map(
      sides.map((side) => {
        const felt = here.rows.get(side)!;
        return [side, { ...felt, ...method.descend?.(actualAt(here.outputs)(side), felt, scalars) }];
      }),
    );
    let nextRows: SideRows = descended;
    if (method.order === 'simultaneous') {
      // From the same point: multipliers don't feel yet where the slacks have moved to.
      nextRows = ascended(here.rows, actualAt(here.outputs), scalars, descended);
    }
    if (method.order === 'primal-first' && method.ascend) {
      nextRows = ascended(descended, actualAt(outputsOf('train', constants, nextState, inputs)), scalars);
    }
    const result = outputsWith(nextState, nextRows, here.measures);
    const returned = new Set(Object.values({ ...result.state, ...result.rows }));
    here.outputs.dispose();
    dispose(newTensors(here.rows, rowsBefore).filter((tensor) => !returned.has(tensor)));
    return result;
  }

  function outputsWith(state: Record<string, Tensor>, rows: SideRows, measures: StepOutputs['measures']): StepOutputs {
    const tables: Record<string, Tensor> = {};
    for (const side of sides) {
      for (const row of method.rows) {
        const tensor = rows.get(side)![row]!;
        // A copy of what did not move: the state before the step is disposed after it.
        if (method.perOutput !== undefined) state[sharedName(side, row)] = add(tensor, 0);
        else tables[rowName(side, row)] = signed.has(row) ? relu(tensor) : tensor;
      }
    }
    return { state, rows: tables, measures };
  }

  /** As they are kept. */
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
      const layer = method.lastLayer?.initial(drawn[last.weight]!, drawn[last.bias]!, bounds, features);
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
      const layer = method.lastLayer?.effectiveValues?.(values[last.weight]!, values[last.bias]!, bounds);
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

type SideRows = ReadonlyMap<Side, Rows>;

/** What one pass through the network and back gives; outputs, measures and rows that moved are kept. */
interface Evaluation {
  readonly outputs: Tensor2D;
  readonly measures: StepOutputs['measures'];
  readonly gradients: NamedTensors;
  readonly rows: SideRows;
}

/** Those of `rows` that are not among `before`. */
function newTensors(rows: SideRows, before: SideRows): Tensor[] {
  return [...rows].flatMap(([side, values]) => {
    const known = new Set(Object.values(before.get(side)!));
    return Object.values(values).filter((tensor) => !known.has(tensor));
  });
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
