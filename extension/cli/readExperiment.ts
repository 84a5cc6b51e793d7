/** Reads an experiment file for a command; a file that isn't there is a problem of its own, said in one line. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { formatProblem, type Problem } from '../protocol/problems';

export interface ReadExperiment {
  readonly experimentPath: string;
  readonly text: string;
  /** What the text was read from. */
  readonly bytes: Uint8Array;
}

/** The text, or `null` after the reason was printed. */
export function readExperiment(file: string): ReadExperiment | null {
  const experimentPath = path.resolve(file);
  try {
    if (statSync(experimentPath).isDirectory()) {
      console.error(`${file}: this is a folder; name the experiment file in it (*.orthant.json).`);
      return null;
    }
    const bytes = readFileSync(experimentPath);
    return { experimentPath, text: bytes.toString('utf8'), bytes };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'no permission to read it' : String(error);
    console.error(`${file}: ${reason}. Give the path of an experiment file (*.orthant.json).`);
    return null;
  }
}

/** One line each. */
export function printProblems(file: string, problems: readonly Problem[], print: (line: string) => void): void {
  for (const problem of inOrder(problems)) print(formatProblem(file, problem));
}

/** As they stand in the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}
