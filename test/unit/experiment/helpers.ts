/** Text in, text out: an experiment's problems as lines a person can read, each with the text it underlines. */
import { parseExperiment } from '../../../extension/experiment/parse';
import type { Problem } from '../../../extension/protocol/problems';

/** A complete experiment that nothing is wrong with; a test changes the one part it is about. */
export const SOUND = {
  data: { source: 'a.csv', inputs: ['x'], targets: ['y'] },
  constraint: { min: 0 } as Record<string, unknown>,
  variants: { penalty: { method: 'penalty' } } as Record<string, unknown>,
};

export function problemsIn(experiment: object | string): string[] {
  const text = typeof experiment === 'string' ? experiment : JSON.stringify(experiment, null, 2);
  return parseExperiment(text).problems.map((problem) => describe(problem, text));
}

/** `error experiment.syntax at «,»: message` */
export function describe(problem: Problem, text: string): string {
  return `${problem.severity} ${problem.code} at «${underlined(problem, text)}»: ${problem.message}`;
}

export function underlined({ range }: Problem, text: string): string {
  const lines = text.split(/\r\n|\n/);
  if (range.start.line === range.end.line) {
    return lines[range.start.line]!.slice(range.start.character, range.end.character);
  }
  return lines[range.start.line]!.slice(range.start.character).concat('…');
}
