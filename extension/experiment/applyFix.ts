/** A doctor's fix made in the experiment's text as it is now, or the reason why it has no place there any more. */
import { findNodeAtLocation } from 'jsonc-parser';
import type { Fix } from '../protocol/diagnosis';
import { editFields, NoPlaceError, parseText } from './editFields';

/** One stretch of the text replaced by another. */
export interface Change {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

export type FixOutcome =
  | { readonly kind: 'changed'; readonly text: string; readonly change: Change }
  /** The text says so already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'no-json' }
  | { readonly kind: 'no-variant' }
  /** The variant has another method than the one that was trained, `null` for none. */
  | { readonly kind: 'other-method'; readonly method: string | null };

/** `trained` is the variant that the fix is for, with the method it was trained with. */
export function applyFix(text: string, fix: Fix, trained: { name: string; method: string }): FixOutcome {
  try {
    const variant = findNodeAtLocation(parseText(text), ['variants', trained.name]);
    if (variant?.type !== 'object') return { kind: 'no-variant' };
    const edited = editFields(text, fix.edits);
    if (edited === text) return { kind: 'unchanged' };
    const method: unknown = findNodeAtLocation(variant, ['method'])?.value;
    if (method !== trained.method) return { kind: 'other-method', method: typeof method === 'string' ? method : null };
    return { kind: 'changed', text: edited, change: changeBetween(text, edited) };
  } catch (error) {
    if (error instanceof NoPlaceError) return { kind: 'no-json' };
    throw error;
  }
}

/** The shortest one of whole words and numbers: what the two texts share at both ends stays. */
function changeBetween(before: string, after: string): Change {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  while (start > 0 && (isWithinWord(before, start) || isWithinWord(after, start))) start--;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const splits = (text: string): boolean => isWithinWord(text, text.length - end);
  while (end > 0 && (splits(before) || splits(after))) end--;
  return { offset: start, length: before.length - start - end, content: after.slice(start, after.length - end) };
}

function isWithinWord(text: string, offset: number): boolean {
  return /^[\w.+-]{2}$/.test(text.slice(offset - 1, offset + 1));
}
