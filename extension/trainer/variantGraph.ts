/** What a variant's training runs, step by step, to look at: the graph of a step under a few lines on what it is of. */
import path from 'node:path';
import { UnsupportedStepError } from '../engines/engine';
import { type Stage, type StepGraph, stepGraph } from '../engines/onnx/stepGraph';
import { findMethod } from '../methods/registry';
import { type Plan, planOf } from './plan';
import type { LoadedVariant } from './prepare';
import { VERSION } from './version';

export interface VariantGraph {
  readonly text: string;
  /** As an ONNX model, for whoever looks at graphs in a tool of theirs. */
  model(): Uint8Array;
}

/**
 * Needs no engine: a graph is the same on every machine.
 * @throws UnsupportedStepError when the step can't be compiled.
 */
export function variantGraph(loaded: LoadedVariant, stage: Stage): VariantGraph {
  const plan = planOf(loaded);
  const graph = graphOf(loaded, () => stepGraph(plan.step, batchCounts(plan, loaded), stage));
  const header = headerLines(loaded, plan, stage, graph);
  return {
    text: [...header.map((line) => `# ${line}\n`), '\n', graph.print()].join(''),
    model: () => graph.emit({ name: loaded.variant.name, version: VERSION, description: header.join('\n') }),
  };
}

function graphOf({ variant }: LoadedVariant, make: () => StepGraph): StepGraph {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UnsupportedStepError)) throw error;
    throw new UnsupportedStepError(`Method "${variant.method}": ${error.message}`);
  }
}

/** Samples of each batch of an epoch: all are full but perhaps the last. */
function batchCounts({ stepsPerEpoch, batchSize }: Plan, { dataset }: LoadedVariant): number[] {
  const { count } = dataset.train;
  return Array.from({ length: stepsPerEpoch }, (_, index) => Math.min(batchSize, count - index * batchSize));
}

function headerLines(
  { variant, dataset, experimentPath }: LoadedVariant,
  { batchSize }: Plan,
  stage: Stage,
  { nodes, stepsPerCall }: StepGraph,
): string[] {
  const { optimizer, loss } = variant.training;
  const unrolled = stage === 'unrolled' ? `, ${nodes.shown} in the first call of an epoch` : '';
  const rows: [string, string][] = [
    ['method', [variant.method, ...fieldTexts(variant)].join(', ')],
    ['optimizer', `${optimizer}, loss ${loss}`],
    [
      'batch',
      [
        counted(batchSize, 'sample'),
        counted(dataset.inputSize, 'input'),
        counted(dataset.targets.length, 'output'),
      ].join(', '),
    ],
    ['nodes', `${nodes.traced} traced → ${nodes.compiled} after the passes${unrolled}`],
    ['calls', stepsPerCall === 1 ? 'one step each' : `at most ${stepsPerCall} steps each, as estimated`],
    ['engine', 'onnx'],
  ];
  return [
    `${path.basename(experimentPath, '.orthant.json')} · ${variant.name}: ${TITLES[stage]}`,
    ...rows.map(([name, text]) => `${name.padEnd(9)}  ${text}`),
  ];
}

const TITLES: Readonly<Record<Stage, string>> = {
  traced: 'one training step as traced',
  compiled: 'one training step as it runs, compiled',
  unrolled: 'the training steps of one call as they run, unrolled',
};

function fieldTexts({ method, fields }: LoadedVariant['variant']): string[] {
  return Object.entries(findMethod(method)?.fields.parse(fields) ?? {}).map(([name, value]) => `${name} ${value}`);
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
