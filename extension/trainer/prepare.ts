/**
 * From the text of an experiment file to all that training needs, or to problems that name what is wrong and where.
 * Writes nothing. The command line, the child process and `orthant check` go the same way.
 */
import path from 'node:path';
import type { Dataset } from '../data/dataset';
import { loadDataset } from '../data/loadDataset';
import type { Engine } from '../engines/engine';
import { EngineUnavailableError } from '../engines/engine';
import { selectEngine, wantedEngine } from '../engines/select';
import { toProblem } from '../experiment/locate';
import { parseExperiment } from '../experiment/parse';
import { placeOfTrainingField, resolveVariant } from '../experiment/schema';
import { unfoldScaling } from '../network/unfold';
import type { EngineChoice, WantedEngine } from '../protocol/events';
import { hasErrors, type Problem } from '../protocol/problems';
import type { SweepPlace } from '../protocol/sweepFiles';
import type { StartWeights } from '../weights/readWeights';
import { loadStartWeights, withLayersOf } from '../weights/startWeights';
import type { PlanOptions } from './plan';

/** A variant with the data it trains on. */
export interface LoadedVariant extends PlanOptions {
  readonly experimentPath: string;
  readonly text: string;
  /** What `network.from` names, where it names something. */
  readonly startWeights?: StartWeights;
  /** Its weights in training units, `[in, out]`. */
  readonly initialParameters?: Readonly<Record<string, Float32Array>>;
  /** Of a run of a sweep. */
  readonly sweep?: SweepPlace;
}

export interface PreparedVariant extends LoadedVariant {
  readonly engine: Engine;
  readonly engineChoice: EngineChoice;
}

export interface LoadRequest {
  /** Absolute path of the experiment file. */
  readonly experimentPath: string;
  readonly text: string;
  /** Names of the variants wanted; all when absent. */
  readonly variants?: readonly string[];
}

export interface PrepareRequest extends LoadRequest {
  /** Takes the place of what the experiment says. */
  readonly engine?: WantedEngine | undefined;
  /** Where the experiment leaves it open; the fastest that loads when absent. */
  readonly otherwise?: WantedEngine | undefined;
}

export interface Outcome<Variant> {
  /** `null` when a problem is an error. */
  readonly variants: Variant[] | null;
  readonly problems: Problem[];
}

/** With an engine to train on; variants may have different ones, each of which is loaded once. */
export async function prepare(request: PrepareRequest): Promise<Outcome<PreparedVariant>> {
  const { variants, problems } = await loadVariants(request);
  if (variants === null) return { variants, problems };
  const loaded = new Map<WantedEngine, Awaited<ReturnType<typeof selectEngine>>>();
  const prepared: PreparedVariant[] = [];
  for (const each of variants) {
    const wanted = wantedEngine({
      asked: request.engine,
      experiment: each.variant.training.engine,
      otherwise: request.otherwise,
    });
    try {
      const selected = loaded.get(wanted) ?? (await selectEngine(wanted));
      loaded.set(wanted, selected);
      prepared.push({ ...each, engine: selected.engine, engineChoice: selected.choice });
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      const isOfFile = request.engine === undefined && wanted === each.variant.training.engine;
      const path = isOfFile ? placeOfTrainingField(each.experiment, each.variant.name, 'engine') : [];
      const range = parseExperiment(request.text).locate(path);
      problems.push({ code: 'engine.unavailable', severity: 'error', message: error.message, range });
      return { variants: null, problems };
    }
  }
  return { problems, variants: prepared };
}

/** Without an engine: for what is only looked at. */
export async function loadVariants(request: LoadRequest): Promise<Outcome<LoadedVariant>> {
  const { experiment, problems, locate } = parseExperiment(request.text);
  if (experiment === null || hasErrors(problems)) return { variants: null, problems };
  const atVariants = locate(['variants']);
  const names = request.variants ?? Object.keys(experiment.variants);
  for (const name of names) {
    if (resolveVariant(experiment, name) !== undefined) continue;
    problems.push({
      code: 'experiment.unknown-variant',
      severity: 'error',
      message: `There is no variant "${name}"; this experiment has ${Object.keys(experiment.variants).join(', ')}.`,
      range: atVariants,
    });
  }
  if (hasErrors(problems)) return { variants: null, problems };

  // The seed draws the split, so variants with seeds of their own have data sets of their own.
  const variants = names.map((name) => resolveVariant(experiment, name)!);
  const datasets = new Map<number, Dataset>();
  for (const seed of new Set(variants.map((variant) => variant.training.seed))) {
    const loaded = await loadDataset(experiment, { directory: path.dirname(request.experimentPath), seed });
    for (const problem of loaded.problems.map((found) => toProblem(found, locate))) {
      if (!problems.some((known) => known.code === problem.code && known.message === problem.message))
        problems.push(problem);
    }
    if (loaded.dataset === null) return { variants: null, problems };
    datasets.set(seed, loaded.dataset);
  }

  const [anyDataset] = datasets.values();
  const start = await loadStartWeights(experiment, {
    directory: path.dirname(request.experimentPath),
    inputSize: anyDataset?.inputSize ?? null,
  });
  problems.push(...start.problems.map((found) => toProblem(found, locate)));
  if (hasErrors(problems)) return { variants: null, problems };
  const { weights } = start;
  return {
    problems,
    variants: variants.map((variant) => {
      const dataset = datasets.get(variant.training.seed)!;
      const { inputScaling, targetScaling } = dataset;
      return {
        experiment: weights === null ? experiment : withLayersOf(weights, experiment),
        experimentPath: request.experimentPath,
        text: request.text,
        variant,
        dataset,
        ...(weights !== null && {
          startWeights: weights,
          initialParameters: unfoldScaling(weights.layers, inputScaling, targetScaling),
        }),
      };
    }),
  };
}
