/** What is wrong with an experiment's data, from metadata and aggregates only, asked once. */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { InspectOptions } from './dataReader';
import { openDataReader } from './openDataReader';

export async function inspectData(experiment: Experiment, options: InspectOptions): Promise<ProblemAtPath[]> {
  const reader = openDataReader();
  try {
    return await reader.inspect(experiment, options);
  } finally {
    reader.dispose();
  }
}
