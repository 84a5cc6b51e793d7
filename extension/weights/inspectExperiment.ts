/** Everything wrong with what lies outside an experiment's file: its data, and the network it starts from. */
import type { DataReader, InspectOptions } from '../data/dataReader';
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import { startProblems } from './startWeights';

/** As `DataReader.inspect`. */
export async function inspectExperiment(
  reader: Pick<DataReader, 'inspect'>,
  experiment: Experiment,
  options: InspectOptions,
): Promise<ProblemAtPath[]> {
  let inputSize: number | null = null;
  const sized = (size: number): void => {
    inputSize = size;
  };
  const ofData = await reader.inspect(experiment, { ...options, sized });
  return [...ofData, ...(await startProblems(experiment, { directory: options.directory, inputSize }))];
}
