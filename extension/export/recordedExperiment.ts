/** What a run trained, from its `run.json`: an experiment of one variant, checked as one that a person wrote. */
import path from 'node:path';
import { z } from 'zod';
import {
  constraintSchema,
  dataSchema,
  type Experiment,
  networkSchema,
  type ResolvedVariant,
  trainingSchema,
} from '../experiment/schema';
import { findMethod } from '../methods/registry';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';

export interface RecordedExperiment {
  /** Without variants. */
  readonly experiment: Experiment;
  readonly variant: ResolvedVariant;
}

const resolvedSchema = z.object({
  data: dataSchema,
  network: networkSchema,
  constraint: constraintSchema,
  training: trainingSchema,
  method: z.looseObject({ name: z.string() }),
});

/** @throws Error with a message for a person when this version doesn't know what was trained. */
export function recordedExperiment(folder: string, run: RunFile): RecordedExperiment {
  const file = path.join(folder, RUN_FILES.run);
  const resolved = resolvedSchema.safeParse(run.resolved);
  if (!resolved.success) {
    const [issue] = resolved.error.issues;
    throw new Error(
      `${file} says in "resolved" what this version of Orthant does not know: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  const { method, ...experiment } = resolved.data;
  const { name, ...given } = method;
  const fields = findMethod(name)?.fields.safeParse(given);
  if (!fields?.success) throw new Error(`This version of Orthant has no method "${name}" with the fields in ${file}.`);
  return {
    experiment: { ...experiment, variants: {} },
    variant: { name: run.variant, method: name, fields: fields.data, training: experiment.training },
  };
}
