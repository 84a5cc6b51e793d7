/** `orthant check`: every problem of an experiment file and its data, one line each, before anything is trained. */
import path from 'node:path';
import { inspectData } from '../data/inspectData';
import { toProblem } from '../experiment/locate';
import { parseExperiment } from '../experiment/parse';
import { hasErrors } from '../protocol/problems';
import { EXIT } from './exit';
import { printProblems, readExperiment } from './readExperiment';

export async function checkCommand(file: string): Promise<number> {
  const read = readExperiment(file);
  if (read === null) return EXIT.wrongInput;
  const { experiment, problems, locate } = parseExperiment(read.text);
  if (experiment !== null) {
    const found = await inspectData(experiment, { directory: path.dirname(read.experimentPath) });
    problems.push(...found.map((problem) => toProblem(problem, locate)));
  }
  printProblems(file, problems, console.log);
  if (problems.length === 0) console.log(`${file}: no problems`);
  return hasErrors(problems) ? EXIT.wrongInput : EXIT.done;
}
