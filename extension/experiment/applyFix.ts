/** A doctor's fix made in the experiment's text as it is now, or the reason why it has no place there any more. */
import type { Fix } from '../protocol/diagnosis';
import { type Change, changeBetween } from './change';
import { editFields, NoPlaceError, parseText } from './editFields';
import { nodeAt } from './jsonText';

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
    const variant = nodeAt(parseText(text), ['variants', trained.name]);
    if (variant?.type !== 'object') return { kind: 'no-variant' };
    const edited = editFields(text, fix.edits);
    if (edited === text) return { kind: 'unchanged' };
    const method: unknown = nodeAt(variant, ['method'])?.value;
    if (method !== trained.method) return { kind: 'other-method', method: typeof method === 'string' ? method : null };
    return { kind: 'changed', text: edited, change: changeBetween(text, edited) };
  } catch (error) {
    if (error instanceof NoPlaceError) return { kind: 'no-json' };
    throw error;
  }
}
