/**
 * `orthant check`: every problem of an experiment file and its data, one line each, before anything is trained: the same
 * that an editor shows. `--fix` mends what nearly everybody would mend in the same way.
 */
import path from 'node:path';
import type { DataReader } from '../data/dataReader';
import { openDataReader } from '../data/openDataReader';
import { checkEngines } from '../engines/availability';
import { changeOfFix } from '../experiment/fixText';
import { parseExperiment } from '../experiment/parse';
import { printable } from '../protocol/printable';
import { hasErrors, type Problem } from '../protocol/problems';
import { inspectExperiment } from '../weights/inspectExperiment';
import { EXIT } from './exit';
import { type FindProblems, type FixedProblem, type FixedText, fixProblems } from './fixProblems';
import { inOrder, printProblems, type ReadExperiment, readExperiment } from './readExperiment';
import { replaceText } from './replaceText';

export interface CheckOptions {
  /** One JSON object a line instead of words. */
  readonly json: boolean;
  readonly fix: boolean;
}

export async function checkCommand(file: string, { json, fix }: CheckOptions): Promise<number> {
  const read = readExperiment(file);
  if (read === null) return EXIT.wrongInput;
  const reader = openDataReader();
  try {
    const find = problemsIn(path.dirname(read.experimentPath), reader);
    const asItIs = async (): Promise<FixedText> => ({ text: read.text, fixed: [], problems: await find(read.text) });
    const { text, fixed, problems } = (fix ? await fixFile(file, read, find) : null) ?? (await asItIs());
    if (json) printJson(file, text, fixed, problems);
    else printWords(file, fixed, problems);
    return hasErrors(problems) ? EXIT.wrongInput : EXIT.done;
  } finally {
    reader.dispose();
  }
}

function problemsIn(directory: string, reader: DataReader): FindProblems {
  return async (text) => {
    const { experiment, problems, toProblem } = parseExperiment(text);
    if (experiment === null) return problems;
    const further = [...checkEngines(experiment), ...(await inspectExperiment(reader, experiment, { directory }))];
    return [...problems, ...further.map(toProblem)];
  };
}

/** `null` after it was said why nothing could be fixed: the problems are then those of the file as it is. */
async function fixFile(file: string, read: ReadExperiment, find: FindProblems): Promise<FixedText | null> {
  const result = await fixProblems(read.text, find);
  const refused = result.text === read.text ? null : replaceText(read.experimentPath, read.bytes, result.text);
  if (refused === null) return result;
  console.error(printable(`${file}: ${refused}, so nothing was fixed.`));
  return null;
}

function printWords(file: string, fixed: readonly FixedProblem[], problems: readonly Problem[]): void {
  for (const { problem, fix } of fixed) {
    const { line, character } = problem.range.start;
    console.log(printable(`${file}:${line + 1}:${character + 1} fixed ${problem.code} ${fix.title}`));
  }
  printProblems(file, problems, console.log);
  if (problems.length === 0) console.log(printable(`${file}: no problems`));
}

/** What was fixed has the fix in `fixed`; what is left has all its fixes, each with its change of the text as it is now. */
function printJson(file: string, text: string, fixed: readonly FixedProblem[], problems: readonly Problem[]): void {
  for (const { problem, fix } of fixed) {
    const { fixes: _, ...told } = problem;
    console.log(JSON.stringify({ file, ...told, fixed: fix.title }));
  }
  for (const { fixes = [], ...problem } of inOrder(problems)) {
    const changes = fixes.map(({ edits: _, ...fix }, index) => ({ ...fix, change: changeOfFix(text, fixes[index]!) }));
    console.log(JSON.stringify({ file, ...problem, fixes: changes }));
  }
}
