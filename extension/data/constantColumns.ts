/** Second look at a new experiment: which of its columns, as its query gives them, are the same in every row. */
import { parseExperiment } from '../experiment/parse';
import type { DataReader, InspectOptions } from './dataReader';

/** Inputs and targets by name, as in the text of an experiment for the folder `directory`. */
export async function constantColumns(
  reader: Pick<DataReader, 'inspect'>,
  text: string,
  options: InspectOptions,
): Promise<string[]> {
  const { experiment } = parseExperiment(text);
  if (experiment === null) return [];
  const { inputs, targets } = experiment.data;
  const problems = await reader.inspect(experiment, options);
  return problems.flatMap(({ code, path }) => {
    if (code === 'data.constant-input') return inputs[Number(path[2])] ?? [];
    return code === 'data.constant-target' ? (targets[Number(path[2])] ?? []) : [];
  });
}
