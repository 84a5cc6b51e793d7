/** The graph of a training step to look at: at a stage of its way to the engine, as text or as an ONNX model. */
import type { TrainingStep } from '../../step/step';
import { UnsupportedStepError } from '../engine';
import { stepsPerCall } from './cost';
import { type EmitOptions, emit } from './emit';
import type { Graph } from './graph';
import { printGraph } from './print';
import { compileStep, compileSteps, traceTraining } from './programs';
import { TraceError } from './trace';

/** As recorded, after the passes, and as many of them in a row as one call runs. */
export const STAGES = ['traced', 'compiled', 'unrolled'] as const;
export type Stage = (typeof STAGES)[number];

export interface StepGraph {
  /** Nodes of one step as traced, of one after the passes, and of the graph at the stage asked for. */
  readonly nodes: { readonly traced: number; readonly compiled: number; readonly shown: number };
  /** What the engine starts with, and the most it takes: fewer where calls take longer than estimated (`Pace`). */
  readonly stepsPerCall: number;
  print(): string;
  emit(options: EmitOptions): Uint8Array;
}

/**
 * `counts` are the samples of each batch of an epoch, in order; a single step is shown on the first.
 * @throws UnsupportedStepError when the step does what no graph can hold.
 */
export function stepGraph(step: TrainingStep, counts: readonly number[], stage: Stage): StepGraph {
  const traced = traceOrRefuse(step, counts[0]!);
  const compiled = compileStep(step, counts[0]!);
  const steps = Math.min(stepsPerCall(compiled), counts.length);
  const shown = (): Graph => {
    if (stage !== 'unrolled') return stage === 'traced' ? traced : compiled;
    const compiledFor = new Map([[counts[0]!, compiled]]);
    const graphs = counts.slice(0, steps).map((count) => {
      const graph = compiledFor.get(count) ?? compileStep(step, count);
      compiledFor.set(count, graph);
      return graph;
    });
    return compileSteps(step, graphs);
  };
  const graph = shown();
  return {
    nodes: { traced: traced.nodes.length, compiled: compiled.nodes.length, shown: graph.nodes.length },
    stepsPerCall: steps,
    print: () => printGraph(graph),
    emit: (options) => emit(graph, options),
  };
}

function traceOrRefuse(step: TrainingStep, count: number): Graph {
  try {
    return traceTraining(step, count);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new UnsupportedStepError(`${error.message} There is no graph of this variant's step to show.`);
  }
}
