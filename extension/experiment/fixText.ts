/** A problem's fix as a change of the text. Knows no schema: the problem may have been found elsewhere and earlier. */
import type { ProblemFix } from '../protocol/problems';
import { type Change, changeBetween } from './change';
import { editExperiment, NoPlaceError } from './editFields';

/** `null` when the fix has no place in this text any more, or changes nothing in it. */
export function changeOfFix(text: string, fix: ProblemFix): Change | null {
  try {
    const edited = editExperiment(text, fix.edits);
    return edited === text ? null : changeBetween(text, edited);
  } catch (error) {
    if (error instanceof NoPlaceError) return null;
    throw error;
  }
}
