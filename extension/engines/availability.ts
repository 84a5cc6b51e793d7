/**
 * Whether the engines that an experiment names can run on this machine, as far as that shows without loading any: for
 * checking while a person types. What only loading shows (a broken library) the training says.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { changeTo } from '../experiment/fixes';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import { type Experiment, placeOfTrainingField, resolveVariant } from '../experiment/schema';
import type { WantedEngine } from '../protocol/events';
import { findTensorflow } from './tensorflow/find';
import { type NativeEngine, noBinary, ONNX_NOT_INSTALLED, unavailableText } from './unavailable';

/** Why each engine can't run, in a few words; `null` for one that nothing speaks against. */
export type EngineObstacles = Readonly<Record<NativeEngine, string | null>>;

export interface OnnxFacts {
  readonly platform: string;
  readonly arch: string;
  readonly hasPackage: boolean;
  readonly hasBinary: boolean;
}

/** A warning at each place that names an engine which can't run here. */
export function checkEngines(experiment: Experiment, obstacles?: EngineObstacles): ProblemAtPath[] {
  const places = new Map<string, { path: JsonPath; wanted: WantedEngine }>();
  for (const name of Object.keys(experiment.variants)) {
    const path = placeOfTrainingField(experiment, name, 'engine');
    places.set(path.join('/'), { path, wanted: resolveVariant(experiment, name)!.training.engine });
  }
  return [...places.values()].flatMap(({ path, wanted }): ProblemAtPath[] => {
    if (wanted === 'auto' || wanted === 'wasm') return [];
    // Looked for only where an engine is named.
    const reason = obstacles === undefined ? OBSTACLE_TO[wanted]() : obstacles[wanted];
    if (reason === null) return [];
    const message = unavailableText(wanted, reason);
    return [{ code: 'engine.unavailable', severity: 'warning', message, path, fixes: [changeTo(path, 'auto')] }];
  });
}

const OBSTACLE_TO: Readonly<Record<NativeEngine, () => string | null>> = {
  onnx: () => onnxObstacle(onnxFacts(process)),
  tensorflow: () => findTensorflow().reason,
};

export function onnxObstacle({ platform, arch, hasPackage, hasBinary }: OnnxFacts): string | null {
  if (!hasPackage) return ONNX_NOT_INSTALLED;
  return hasBinary ? null : noBinary(platform, arch);
}

/** The package has `bin/napi-v6/linux/x64/onnxruntime_binding.node`, where 6 is the version of Node's interface. */
function onnxFacts({ platform, arch }: { platform: string; arch: string }): OnnxFacts {
  let bin: string;
  try {
    bin = path.join(path.dirname(createRequire(__filename).resolve('onnxruntime-node/package.json')), 'bin');
  } catch {
    return { platform, arch, hasPackage: false, hasBinary: false };
  }
  const versions = existsSync(bin) ? readdirSync(bin) : [];
  const isThere = (version: string): boolean =>
    existsSync(path.join(bin, version, platform, arch, 'onnxruntime_binding.node'));
  return { platform, arch, hasPackage: true, hasBinary: versions.some(isThere) };
}
