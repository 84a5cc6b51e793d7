/**
 * Every problem with a fix that leaves no doubt, mended in one change of the text. The text is parsed again after every few
 * fixes; the data are not looked at again, so what is known of them is used as long as no fix has touched its place.
 */
import { type Change, changeBetween } from '../experiment/change';
import { areTouched, mendText } from '../experiment/mendText';
import { parseExperiment } from '../experiment/parse';
import type { Problem } from '../protocol/problems';

export interface FixedAll {
  readonly change: Change;
  /** How many problems it mends. */
  readonly count: number;
}

/** A person waits for this, and meanwhile nothing else is answered. What is left then is mended when it is asked for again. */
const MOST_MS = 300;
/** Enough for what an ordinary text has wrong, however busy the machine. */
const FEWEST_TRIALS = 4;

/** `problems` are those of the text and its data. `null` where none has such a fix. */
export function fixAll(text: string, problems: readonly Problem[]): FixedAll | null {
  const end = performance.now() + MOST_MS;
  const ofText = parseExperiment(text).problems;
  const said = new Set(ofText.map(keyOf));
  const ofData = new Map<string, readonly Problem[]>([[text, problems.filter((each) => !said.has(keyOf(each)))]]);
  const trials = mendText(text, (nTrials) => nTrials < FEWEST_TRIALS || performance.now() < end);
  let next = trials.next();
  while (!next.done) {
    const { text: tried, from, made } = next.value;
    const edits = made.flatMap(({ fix }) => fix.edits);
    const left = ofData
      .get(from)!
      .filter((each) => !made.some(({ problem }) => problem === each))
      .map((each) => withoutTouched(each, edits));
    ofData.set(tried, left);
    next = trials.next([...(made.length === 0 ? ofText : parseExperiment(tried).problems), ...left]);
  }
  const { text: fixedText, fixed } = next.value;
  return fixed.length === 0 ? null : { change: changeBetween(text, fixedText), count: fixed.length };
}

function keyOf({ code, message, range }: Problem): string {
  return JSON.stringify([code, message, range]);
}

/** The problem may be there still, but its fixes were thought for the text as it was. */
function withoutTouched(problem: Problem, edits: Parameters<typeof areTouched>[1]): Problem {
  const { fixes = [], ...rest } = problem;
  if (!fixes.some((fix) => areTouched(fix.edits, edits))) return problem;
  return { ...rest, fixes: fixes.filter((fix) => !areTouched(fix.edits, edits)) };
}
