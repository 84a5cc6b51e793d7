/** What `network.from` and the rest of an experiment say of each other: problems, or the network to start from. */
import { changeTo, removeField } from '../experiment/fixes';
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import { type LayerShape, layerShapes } from './layerShapes';
import { readWeights, type StartWeights } from './readWeights';
import { WEIGHTS_CODES, WeightsError } from './weightsError';

const FROM = ['network', 'from'];

export interface LoadedWeights {
  /** `null` where the experiment names none, or there is a problem. */
  readonly weights: StartWeights | null;
  readonly problems: ProblemAtPath[];
}

export interface Place {
  /** The experiment's folder. */
  readonly directory: string;
  /** The number of inputs after lists are flattened; `null` while it isn't known. */
  readonly inputSize: number | null;
}

/** Throws only for what is no fault of the file. */
export async function loadStartWeights(experiment: Experiment, place: Place): Promise<LoadedWeights> {
  const { from } = experiment.network;
  if (from === undefined) return { weights: null, problems: [] };
  try {
    const weights = await readWeights(from, place.directory);
    const problems = mismatches(experiment, weights.layers, place.inputSize);
    return { weights: problems.length === 0 ? weights : null, problems };
  } catch (error) {
    return { weights: null, problems: [toProblem(error, from)] };
  }
}

/** The problems alone, of a file that need not be read again while it stays as it is. */
export async function startProblems(experiment: Experiment, place: Place): Promise<ProblemAtPath[]> {
  const { from } = experiment.network;
  if (from === undefined) return [];
  try {
    return mismatches(experiment, await layerShapes(from, place.directory), place.inputSize);
  } catch (error) {
    return [toProblem(error, from)];
  }
}

/** @throws what is no fault of the file. */
function toProblem(error: unknown, from: string): ProblemAtPath {
  if (!(error instanceof WeightsError)) throw error;
  return problem(WEIGHTS_CODES[error.kind], `"${from}": ${error.message}`);
}

/** With the hidden layers of the file. */
export function withLayersOf({ layers }: StartWeights, experiment: Experiment): Experiment {
  const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
  return { ...experiment, network: { ...experiment.network, hidden } };
}

function mismatches(
  { network, data }: Experiment,
  layers: readonly LayerShape[],
  inputSize: number | null,
): ProblemAtPath[] {
  const [first, last] = [layers[0]!, layers.at(-1)!];
  const problems: ProblemAtPath[] = [];
  const shape = ({ name, inputs, outputs }: typeof first): string => `"${name}.weight" is [${outputs}, ${inputs}]`;
  if (inputSize !== null && first.inputs !== inputSize) {
    problems.push(
      problem(
        'weights.inputs',
        `The first layer of "${network.from}" takes ${counted(first.inputs, 'input')} (${shape(first)}), and "inputs" gives ${inputSize} (${listed(data.inputs)}), so it would have to be [${first.outputs}, ${inputSize}]. Name the columns that the network was made for, in its order, or another file.`,
      ),
    );
  }
  if (last.outputs !== data.targets.length) {
    problems.push(
      problem(
        'weights.outputs',
        `The last layer of "${network.from}" gives ${counted(last.outputs, 'output')} (${shape(last)}), and "targets" names ${data.targets.length} (${listed(data.targets)}), so it would have to be [${data.targets.length}, ${last.inputs}]. Name the targets that the network was made for, in its order, or another file.`,
      ),
    );
  }
  const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
  if (network.hidden !== null && network.hidden.join() !== hidden.join()) {
    const path = ['network', 'hidden'];
    problems.push({
      code: 'weights.hidden',
      severity: 'error',
      message: `"hidden" is [${network.hidden.join(', ')}], and the network in "${network.from}" has hidden layers of [${hidden.join(', ')}] (${layers.map(shape).join(', ')}). Leave "hidden" out: it follows from the file.`,
      path,
      fixes: [removeField(path), changeTo(path, hidden)],
    });
  }
  return problems;
}

function problem(code: string, message: string): ProblemAtPath {
  return { code, severity: 'error', message, path: FROM };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  return names.length > 8 ? `${shown.join(', ')}, …` : shown.join(', ');
}
