/**
 * From the text of an experiment to a sweep that can be trained, or to problems at their place: the points, and a look at
 * the data and the engine before anything is written. A sweep that was interrupted is looked at in the same way.
 */
import { getNodeValue } from 'jsonc-parser';
import { randomStream } from '../data/random';
import { parseJsonText } from '../experiment/jsonText';
import { listNames } from '../experiment/names';
import { parseExperiment } from '../experiment/parse';
import { expandSweep } from '../experiment/sweep/expand';
import { checkPoints } from '../experiment/sweep/points';
import { sweptVariants } from '../experiment/sweep/targets';
import type { Draw } from '../experiment/sweep/values';
import type { Sweep } from '../experiment/sweepSchema';
import type { WantedEngine } from '../protocol/events';
import { hasErrors, type Problem } from '../protocol/problems';
import { SWEEP_FORMAT_VERSION, type SweepFile, type SweepPoint } from '../protocol/sweepFiles';
import { prepare } from '../trainer/prepare';

export interface SweepRequest {
  /** Absolute path of the experiment file. */
  readonly experimentPath: string;
  readonly text: string;
  /** Only these of the variants that the sweep trains. */
  readonly variants?: readonly string[];
  /** Absolute path. */
  readonly runsFolder: string;
  /** Takes the place of what the experiment says. */
  readonly engine?: WantedEngine;
  /** Where the experiment leaves it open. */
  readonly otherwise?: WantedEngine;
}

export interface Planned<Plan> {
  /** `null` when a problem is an error. */
  readonly plan: Plan | null;
  readonly problems: Problem[];
}

/** Each key has a stream of its own, so that one more key leaves the values of the others. */
export const draw: Draw = (seed, index, count) => {
  const stream = randomStream(seed, 'sweep', index);
  return Array.from({ length: count }, () => stream.uniform());
};

/** A new sweep, with all but its id. Writes nothing. */
export async function planSweep(request: SweepRequest): Promise<Planned<Omit<SweepFile, 'id'>>> {
  const { experimentPath, text, runsFolder, engine } = request;
  const { experiment, problems, toProblem, locate } = parseExperiment(text);
  if (experiment === null || hasErrors(problems)) return { plan: null, problems };
  const refuse = (code: string, message: string): Planned<never> => {
    const range = locate(['sweep']);
    return { plan: null, problems: [...problems, { code, severity: 'error', message, range }] };
  };
  if (experiment.sweep === undefined) {
    return refuse(
      'sweep.empty',
      'The experiment has no sweep. Add one, such as "sweep": { "training.seed": [0, 1, 2] }, which trains every variant with three seeds.',
    );
  }
  const swept = sweptVariants(experiment, experiment.sweep);
  const unknown = request.variants?.find((name) => !swept.includes(name));
  if (unknown !== undefined) {
    const isThere = Object.hasOwn(experiment.variants, unknown);
    const message = isThere
      ? `The sweep does not train the variant "${unknown}", but ${listNames(swept)}. Name it under "variants" of the sweep.`
      : `There is no variant "${unknown}"; this sweep trains ${listNames(swept)}.`;
    return refuse('sweep.unknown-variant', message);
  }
  const sweep: Sweep = { ...experiment.sweep };
  if (request.variants !== undefined) sweep.variants = [...request.variants];
  const points = expandSweep(experiment, sweep, draw);
  const wrong = checkPoints(experiment, getNodeValue(parseJsonText(text)!), points).map(toProblem);
  if (wrong.length > 0) return { plan: null, problems: [...problems, ...wrong] };

  const first = await lookAtData(request, points[0]!);
  const all = [
    ...problems,
    ...first.problems.filter((each) => !problems.some(({ message }) => message === each.message)),
  ];
  if (first.dataFingerprint === null) return { plan: null, problems: all };
  const plan = {
    formatVersion: SWEEP_FORMAT_VERSION,
    experiment: experimentPath,
    text,
    runsFolder,
    engine: engine ?? null,
    points,
    dataFingerprint: first.dataFingerprint,
    started: new Date().toISOString(),
  };
  return { plan, problems: all };
}

/** Whether an interrupted sweep can go on: with the text it began with, on the same data. */
export async function checkResumed(file: SweepFile, otherwise?: WantedEngine): Promise<Problem[]> {
  const { experiment, problems, locate } = parseExperiment(file.text);
  if (experiment === null || file.points.length === 0) return problems;
  const { experiment: experimentPath, text, engine } = file;
  const first = await lookAtData({ experimentPath, text, engine: engine ?? undefined, otherwise }, file.points[0]!);
  if (first.dataFingerprint === null || first.dataFingerprint === file.dataFingerprint) return first.problems;
  const message = `The data are not those that this sweep began with, so its runs could not be compared. Put ${JSON.stringify(experiment.data.source)} back as it was on ${file.started}, or begin the sweep anew.`;
  return [{ code: 'sweep.data-changed', severity: 'error', message, range: locate(['data', 'source']) }];
}

interface DataRequest {
  readonly experimentPath: string;
  readonly text: string;
  readonly engine?: WantedEngine | undefined;
  readonly otherwise?: WantedEngine | undefined;
}

/** Reads the data and loads the engine as the file has them: what is wrong there is wrong for every point. */
async function lookAtData(
  request: DataRequest,
  { variant }: SweepPoint,
): Promise<{ dataFingerprint: string | null; problems: Problem[] }> {
  const { experimentPath, text, engine, otherwise } = request;
  const { variants, problems } = await prepare({ experimentPath, text, variants: [variant], engine, otherwise });
  return { dataFingerprint: variants?.[0]?.dataset.fingerprint ?? null, problems };
}
