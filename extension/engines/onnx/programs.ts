/**
 * The graphs that a training needs, traced from its step and made small: one training step, the forward pass, multipliers and the
 * gradients behind the KKT residuals. Each is for one number of samples; shapes in a graph are fixed.
 */
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { parameterSpecs } from '../../network/network';
import { momentName, type TrainingStep } from '../../step/step';
import type { Graph } from './graph';
import { optimizeStep, optimizeUnrolled } from './passes/pipeline';
import { type Tracer, trace } from './trace';
import { unroll } from './unroll';

/** How inputs and outputs of the graphs are named. */
export const NAMES = {
  inputs: 'inputs',
  targets: 'targets',
  outputs: 'outputs',
  features: 'features',
  loss: 'loss',
  penalty: 'penalty',
  state: (name: string) => name,
  row: (name: string) => `rows.${name}`,
  scalar: (name: string) => `scalars.${name}`,
  multiplier: (side: string) => `multipliers.${side}`,
  objective: (parameter: string) => `objective.${parameter}`,
  constraint: (parameter: string) => `constraint.${parameter}`,
  /** What a named input is after the step. */
  next: (name: string) => `next.${name}`,
} as const;

/** One training step on `count` samples. */
export function compileStep(step: TrainingStep, count: number): Graph {
  const parameters = parameterSpecs(step.spec.network).map(({ name }) => name);
  const moments = step.spec.optimizer.moments.map((moment) => parameters.map((name) => momentName(moment, name)));
  const updates = [parameters, ...moments].map((names) => names.map((name) => NAMES.next(NAMES.state(name))));
  return optimizeStep(traceTraining(step, count), updates);
}

/** Several of them, one after the other. */
export function compileSteps(step: TrainingStep, graphs: readonly Graph[]): Graph {
  const carried = new Set(step.state.map(({ name }) => NAMES.state(name)));
  return optimizeUnrolled(unroll(graphs, { carried, next: NAMES.next }));
}

/** @throws TraceError when what is computed besides the steps can't be compiled. */
export function traceRest(step: TrainingStep): void {
  tracePrediction(step, 1);
  traceMultipliers(step, 1);
  if (step.spec.sides.length > 0) traceResiduals(step, 1);
}

/** Inputs → outputs. */
export function compilePrediction(step: TrainingStep, count: number): Graph {
  return optimizeStep(tracePrediction(step, count));
}

/** Inputs → what the last layer is given. */
export function compileFeatures(step: TrainingStep, count: number): Graph {
  return optimizeStep(
    trace((tracer) => {
      const inputs = tracer.input(NAMES.inputs, [count, widths(step).inputs]) as Tensor2D;
      return { [NAMES.features]: step.features(parameters(step, tracer), inputs) };
    }),
  );
}

/** Outputs and rows → λ per side; `null` for a method that implies none. */
export function compileMultipliers(step: TrainingStep, count: number): Graph | null {
  const graph = traceMultipliers(step, count);
  return graph === null ? null : optimizeStep(graph);
}

/** Inputs, targets and λ → the gradients that stationarity is made of. */
export function compileResiduals(step: TrainingStep, count: number): Graph {
  return optimizeStep(traceResiduals(step, count));
}

export function traceTraining(step: TrainingStep, count: number): Graph {
  return trace((tracer) => {
    const { state, rows, measures } = step.run({
      constants: constants(step, tracer),
      state: states(step, tracer),
      ...samples(step, tracer, count),
      rows: rowInputs(step, tracer, count),
      scalars: scalars(step, tracer),
    });
    return {
      ...rename(state, (name) => NAMES.next(NAMES.state(name))),
      ...rename(rows, (name) => NAMES.next(NAMES.row(name))),
      [NAMES.loss]: measures.loss,
      [NAMES.penalty]: measures.penalty,
    };
  });
}

function tracePrediction(step: TrainingStep, count: number): Graph {
  return trace((tracer) => {
    const inputs = tracer.input(NAMES.inputs, [count, widths(step).inputs]) as Tensor2D;
    return { [NAMES.outputs]: step.predict(constants(step, tracer), parameters(step, tracer), inputs) };
  });
}

function traceMultipliers(step: TrainingStep, count: number): Graph | null {
  let none = false;
  const graph = trace((tracer) => {
    const outputs = tracer.input(NAMES.outputs, [count, widths(step).outputs]) as Tensor2D;
    const multipliers = step.multipliers(
      constants(step, tracer),
      sharedStates(step, tracer),
      outputs,
      rowInputs(step, tracer, count),
      scalars(step, tracer),
    );
    none = multipliers === null;
    return rename(multipliers ?? {}, NAMES.multiplier);
  });
  return none ? null : graph;
}

function traceResiduals(step: TrainingStep, count: number): Graph {
  return trace((tracer) => {
    const multipliers = Object.fromEntries(
      step.spec.sides.map(({ name }) => [
        name,
        tracer.input(NAMES.multiplier(name), [count, widths(step).outputs]) as Tensor2D,
      ]),
    );
    const state = parameters(step, tracer);
    const { objective, constraint } = step.residuals(
      { constants: constants(step, tracer), state, ...samples(step, tracer, count) },
      multipliers,
    );
    return { ...rename(objective, NAMES.objective), ...rename(constraint, NAMES.constraint) };
  });
}

function widths(step: TrainingStep): { inputs: number; outputs: number } {
  const { layers } = step.spec.network;
  return { inputs: layers[0]!, outputs: layers.at(-1)! };
}

function samples(step: TrainingStep, tracer: Tracer, count: number): { inputs: Tensor2D; targets: Tensor2D } {
  const { inputs, outputs } = widths(step);
  return {
    inputs: tracer.input(NAMES.inputs, [count, inputs]) as Tensor2D,
    targets: tracer.input(NAMES.targets, [count, outputs]) as Tensor2D,
  };
}

function constants(step: TrainingStep, tracer: Tracer): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(step.constants).map(([name, values]) => [name, tracer.constant(values, [values.length])]),
  );
}

function states(step: TrainingStep, tracer: Tracer): Record<string, Tensor> {
  return Object.fromEntries(step.state.map(({ name, shape }) => [name, tracer.input(NAMES.state(name), shape)]));
}

function sharedStates(step: TrainingStep, tracer: Tracer): Record<string, Tensor> {
  return Object.fromEntries(
    step.state
      .filter(({ name }) => step.sharedNames.includes(name))
      .map(({ name, shape }) => [name, tracer.input(NAMES.state(name), shape)]),
  );
}

function parameters(step: TrainingStep, tracer: Tracer): Record<string, Tensor> {
  return Object.fromEntries(
    parameterSpecs(step.spec.network).map(({ name, shape }) => [name, tracer.input(NAMES.state(name), shape)]),
  );
}

function rowInputs(step: TrainingStep, tracer: Tracer, count: number): Record<string, Tensor> {
  const shape = [count, widths(step).outputs];
  return Object.fromEntries(step.rowNames.map((name) => [name, tracer.input(NAMES.row(name), shape)]));
}

function scalars(step: TrainingStep, tracer: Tracer): Record<string, Scalar> {
  return Object.fromEntries(step.scalarNames.map((name) => [name, tracer.input(NAMES.scalar(name), []) as Scalar]));
}

function rename(values: Readonly<Record<string, Tensor>>, name: (name: string) => string): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}
