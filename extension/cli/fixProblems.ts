/** What leaves no doubt, mended in the text of an experiment, with another look at text and data after every few fixes. */
import { type FixedText, mendText } from '../experiment/mendText';
import type { Problem } from '../protocol/problems';

export type { FixedProblem, FixedText } from '../experiment/mendText';

export type FindProblems = (text: string) => Promise<Problem[]>;

/** Each takes a look at the data; a file with more clear mistakes than that is fixed in several goes. */
const MOST_TRIALS = 200;

export async function fixProblems(original: string, find: FindProblems): Promise<FixedText> {
  const trials = mendText(original, (nTrials) => nTrials <= MOST_TRIALS);
  let next = trials.next();
  while (!next.done) next = trials.next(await find(next.value.text));
  return next.value;
}
